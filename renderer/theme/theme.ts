// Light or dark: follows the system until the person chooses; scripts read colours from the same variables as styles do.
import { computed, ref, watchEffect, type ComputedRef } from 'vue';
import { seriesCount } from './series.js';

export const themeChoices = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];
export type ThemeName = 'light' | 'dark';

const storageKey = 'descent.theme';

function savedChoice(): ThemeChoice {
  const saved = localStorage.getItem(storageKey);
  return themeChoices.find((choice) => choice === saved) ?? 'system';
}

const preference = window.matchMedia('(prefers-color-scheme: light)');
const systemPrefersLight = ref(preference.matches);
preference.addEventListener('change', ({ matches }) => (systemPrefersLight.value = matches));

/** What the person chose. Kept in the browser's storage, since it must be known before the first picture. */
export const themeChoice = ref<ThemeChoice>(savedChoice());

export const themeName: ComputedRef<ThemeName> = computed(() =>
  themeChoice.value === 'system' ? (systemPrefersLight.value ? 'light' : 'dark') : themeChoice.value,
);

watchEffect(
  () => {
    localStorage.setItem(storageKey, themeChoice.value);
    document.documentElement.dataset.theme = themeName.value;
  },
  { flush: 'sync' },
);

/** The value of a CSS variable in the present theme: `cssVariable('--accent')`. */
export function cssVariable(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The colour of the n-th series or class; after ten they begin again. For drawing on a canvas. */
export function seriesColour(index: number): string {
  return cssVariable(`--series-${(((index % seriesCount) + seriesCount) % seriesCount) + 1}`);
}
