// What a person does in the workbench, as steps of tests.
import type { Locator, Page } from '@playwright/test';

/** Trainings of tests are short, but the machine may be slow. */
const patience = { timeout: 240_000 };

/** From the welcome page: looks at an example, then begins a training on it. */
export async function beginTrainingOn(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: `Look at the data: ${title}` }).click();
  await page.getByRole('heading', { name: title }).waitFor();
  await page.getByRole('button', { name: 'Train', exact: true }).last().click();
  await page.getByRole('heading', { name: 'New training' }).waitFor();
}

/** From anywhere: a model of a template for a data set, then a training with both. */
export async function beginTrainingWith(page: Page, template: string, title: string): Promise<void> {
  await chooseInPalette(page, 'New model');
  await page.getByRole('textbox', { name: 'For the data set' }).fill(title);
  await page.locator('.n-base-select-option', { hasText: title }).click();
  await page.getByRole('button', { name: template }).click();
  await page.locator('.vue-flow__node').first().waitFor();
  await page.getByRole('button', { name: 'Train', exact: true }).last().click();
  await page.getByRole('heading', { name: 'New training' }).waitFor();
}

/** From anywhere: opens an ONNX file and begins to fine-tune it. */
export async function beginFineTuning(page: Page, path: string): Promise<void> {
  await chooseInPalette(page, 'Open an ONNX file');
  const asked = page.getByRole('dialog').getByRole('textbox', { name: 'Path' });
  await asked.fill(path);
  await asked.press('Enter');
  await page.getByRole('button', { name: 'Fine-tune' }).click();
  await page.getByRole('heading', { name: 'New training' }).waitFor();
}

/** Opens a thing, or runs a command, by its name in the command palette. */
export async function chooseInPalette(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command palette' }).fill(name);
  const options = page.getByRole('listbox', { name: 'Command palette' }).getByRole('option');
  await options.filter({ hasText: name }).first().click();
}

export async function fillNumber(page: Page, label: string, value: number): Promise<void> {
  const field = page.getByRole('textbox', { name: label, exact: true });
  await field.fill(String(value));
  await field.press('Tab');
}

/** `Processor`, `GPU`, `WebAssembly` */
export async function chooseDevice(page: Page, name: string): Promise<void> {
  await page.getByRole('radio', { name }).click();
}

/** Starts what the form says and waits for its end. @throws with the notification where it was refused */
export async function startAndFinish(page: Page): Promise<void> {
  const told = page.locator('.n-notification-main');
  const refusal = told.nth(await told.count());
  await page.getByRole('button', { name: 'Start training' }).click();
  const opened = page.getByRole('button', { name: 'Open the run' });
  await opened.or(refusal).first().waitFor(patience);
  if (await refusal.isVisible()) throw new Error(await refusal.innerText());
  await page.getByText('Finished', { exact: true }).first().waitFor(patience);
}

export function tab(page: Page, name: string): Locator {
  return page.getByRole('tab', { name, exact: true });
}

/** In the panel of a run: exports it in a format. @returns the path of the file */
export async function exportAs(page: Page, format: RegExp): Promise<string> {
  await page.getByRole('button', { name: 'Export the model' }).first().click();
  await page.getByRole('radio', { name: format }).click();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const result = page.getByRole('status', { name: /^Exported: / });
  await result.waitFor(patience);
  return (await result.locator('.path').first().textContent()) ?? '';
}
