// Naive UI in our colours and sizes; its theme needs values, not variables, so that it can mix them.
import { darkTheme, type GlobalTheme, type GlobalThemeOverrides } from 'naive-ui';
import { computed, type ComputedRef } from 'vue';
import { cssVariable, themeName, type ThemeName } from './theme.js';

export const naiveTheme: ComputedRef<GlobalTheme | null> = computed(() =>
  themeName.value === 'dark' ? darkTheme : null,
);

export const naiveOverrides: ComputedRef<GlobalThemeOverrides> = computed(() => {
  const v = variablesOf(themeName.value);
  return {
    common: commonOf(v),
    Button: {
      fontWeight: '500',
      textColorPrimary: v('--on-accent'),
      textColorHoverPrimary: v('--on-accent'),
      textColorPressedPrimary: v('--on-accent'),
      textColorFocusPrimary: v('--on-accent'),
    },
    Notification: {
      width: '360px',
      padding: '12px 14px',
      titleFontSize: v('--text-body'),
      fontSize: v('--text-small'),
      iconSize: '20px',
      closeSize: '18px',
      borderRadius: v('--radius-large'),
      titleTextColor: v('--text'),
    },
    Dialog: { titleFontSize: v('--text-large'), fontSize: v('--text-body'), iconSize: '20px' },
    Card: { titleFontSizeSmall: v('--text-large'), paddingSmall: '14px 16px' },
    Tooltip: { color: v('--surface-3'), textColor: v('--text'), padding: '6px 10px' },
  };
});

/** Naming the theme makes the colours follow it: the variables themselves tell nobody that they changed. */
function variablesOf(_theme: ThemeName): (name: string) => string {
  return cssVariable;
}

/** What all components share. */
function commonOf(v: (name: string) => string): GlobalThemeOverrides['common'] & object {
  return {
    fontFamily: v('--font'),
    fontFamilyMono: v('--font-code'),
    fontSize: v('--text-body'),
    fontSizeTiny: v('--text-small'),
    fontSizeSmall: v('--text-body'),
    fontSizeMedium: v('--text-body'),
    fontSizeLarge: v('--text-large'),
    heightTiny: '22px',
    heightSmall: v('--control-height'),
    heightMedium: v('--control-height'),
    heightLarge: '34px',
    borderRadius: v('--radius'),
    borderRadiusSmall: v('--radius-small'),
    primaryColor: v('--accent-fill'),
    primaryColorHover: v('--accent-fill-hover'),
    primaryColorPressed: v('--accent-fill'),
    primaryColorSuppl: v('--accent-fill'),
    successColor: v('--success'),
    warningColor: v('--warning'),
    errorColor: v('--error'),
    textColorBase: v('--text'),
    textColor1: v('--text'),
    textColor2: v('--text'),
    textColor3: v('--text-soft'),
    placeholderColor: v('--text-faint'),
    bodyColor: v('--surface-1'),
    cardColor: v('--surface-2'),
    modalColor: v('--surface-overlay'),
    popoverColor: v('--surface-overlay'),
    tableColor: v('--surface-1'),
    inputColor: v('--surface-2'),
    borderColor: v('--border'),
    dividerColor: v('--border'),
    hoverColor: v('--hover'),
    boxShadow2: v('--shadow'),
  };
}
