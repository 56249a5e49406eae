// Every area of the workbench, in light and dark, as assistive technology finds it, and where the keyboard's focus goes.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, it } from 'vitest';
import { chooseInPalette as open } from './steps.js';
import { appForTests } from './workbench.js';

const app = appForTests();
type Theme = 'dark' | 'light';

/** Resolves when nothing is loaded, has changed for a moment, or moves: what axe sees is what stays. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    let changed = performance.now();
    const observer = new MutationObserver(() => (changed = performance.now()));
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    const isMoving = (): boolean =>
      document
        .getAnimations()
        .some(({ effect, playState }) => playState === 'running' && effect?.getTiming().iterations === 1);
    const isLoading = (): boolean => document.querySelector('.loading') !== null;
    const end = changed + 5000;
    while ((performance.now() - changed < 300 || isMoving() || isLoading()) && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 30));
    observer.disconnect();
  });
}

/** Serious and critical violations, with the first elements that have them. */
async function violationsOf(page: Page, theme: Theme): Promise<readonly string[]> {
  const axe = new AxeBuilder({ page });
  // Names, roles and order are those of the dark theme.
  if (theme === 'light') axe.withRules(['color-contrast', 'link-in-text-block']);
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

const places: readonly { readonly name: string; readonly show: (page: Page) => Promise<void> }[] = [
  { name: 'welcome', show: () => Promise.resolve() },
  { name: 'pictures of a data set', show: (page) => open(page, 'Handwritten digits') },
  { name: 'rows of a data set', show: (page) => open(page, 'Palmer penguins') },
  { name: 'importing', show: (page) => open(page, 'Import data') },
  { name: 'new model', show: (page) => open(page, 'New model') },
  {
    name: 'model editor',
    show: async (page) => {
      await open(page, 'New model');
      await page.getByText('LeNet', { exact: true }).first().click();
      await page.locator('.vue-flow__node').first().waitFor();
    },
  },
  { name: 'new training', show: (page) => open(page, 'New training') },
  { name: 'table of runs', show: (page) => open(page, 'Show all runs') },
  { name: 'console', show: (page) => page.keyboard.press('Control+j') },
];

it('no serious violation in dark and light from the welcome page to the console', { timeout: 300_000 }, async () => {
  const host = await app.host(app.workspace('a'));
  const { page, errors } = await app.window(host.url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const found: Record<string, readonly string[]> = {};
  for (const { name, show } of places) {
    await show(page);
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.locator(`:root[data-theme=${theme}]`).waitFor();
      await settled(page);
      const violations = await violationsOf(page, theme);
      if (violations.length > 0) found[`${name} in ${theme}`] = violations;
    }
  }
  expect(found).toEqual({});
  expect(errors).toEqual([]);
  await host.stop();
});

it('a dialog that the palette opens has the focus, and gives it back', { timeout: 120_000 }, async () => {
  const host = await app.host(app.workspace('focus'));
  const { page, errors } = await app.window(host.url);
  const focused = (): Promise<string | undefined> =>
    page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent.trim());
  await page.getByRole('button', { name: 'Import…' }).focus();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command palette' }).waitFor();
  await page.keyboard.type('Open an ONNX file');
  await page.keyboard.press('Enter');
  const path = page.getByRole('dialog').getByRole('textbox', { name: 'Path' });
  await path.waitFor();
  // The palette is still on its way out.
  await page.getByRole('dialog', { name: 'Command palette' }).waitFor({ state: 'hidden' });
  await settled(page);
  expect(await focused()).toBe('Path');
  // Shortcuts wait until it is answered.
  await page.keyboard.press('Control+k');
  await settled(page);
  expect(await page.getByRole('dialog', { name: 'Command palette' }).count()).toBe(0);
  expect(await focused()).toBe('Path');
  await page.keyboard.press('Escape');
  await path.waitFor({ state: 'hidden' });
  await expect.poll(focused).toBe('Import…');
  expect(errors).toEqual([]);
  await host.stop();
});
