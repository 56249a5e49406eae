// Every area of the workbench, in light and dark, as assistive technology finds it.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { describe, expect, it } from 'vitest';
import { appForTests } from './workbench.js';

const app = appForTests();
type Theme = 'dark' | 'light';

/** Opens a thing by its name in the command palette. */
async function open(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command palette' }).fill(text);
  const options = page.getByRole('listbox', { name: 'Command palette' }).getByRole('option');
  await options.filter({ hasText: text }).first().click();
  await page.waitForTimeout(300);
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

describe.each(['dark', 'light'] as const)('no serious violation in %s', (theme) => {
  it('from the welcome page to the console', { timeout: 300_000 }, async () => {
    const host = await app.host(app.workspace(theme));
    const { page, errors } = await app.window(host.url, { theme });
    await page.getByRole('heading', { level: 1 }).waitFor();
    const found: Record<string, readonly string[]> = {};
    for (const { name, show } of places) {
      await show(page);
      // Loading is over and transitions have ended: what axe sees is what stays.
      await page.waitForLoadState('networkidle');
      await page.waitForTimeout(500);
      const violations = await violationsOf(page, theme);
      if (violations.length > 0) found[name] = violations;
    }
    expect(found).toEqual({});
    expect(errors).toEqual([]);
    await host.stop();
  });
});
