// What goes wrong while a window is open: the host is killed, another window looks on, the GPU is lost. Nothing that was saved is.
import { describe, expect, it } from 'vitest';
import { beginTrainingOn, chooseDevice, fillNumber } from './steps.js';
import { appForTests } from './workbench.js';
import type { Page } from '@playwright/test';

const app = appForTests();
const patience = { timeout: 120_000 };
const long = { timeout: 300_000 };

async function startLongTraining(page: Page, device: string, epochs: number): Promise<void> {
  await beginTrainingOn(page, 'Palmer penguins');
  await fillNumber(page, 'Epochs', epochs);
  await chooseDevice(page, device);
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor(patience);
  // A validation after an epoch: by then a checkpoint has been kept.
  await page.getByRole('row', { name: /^2 / }).first().waitFor(patience);
}

describe('a training', () => {
  it('whose host is killed: the window says so; opened again it can be continued', long, async () => {
    const workspace = app.workspace('killed');
    const before = await app.host(workspace);
    const { page, context } = await app.window(before.url);
    await startLongTraining(page, 'Processor', 5000);
    await before.kill();
    await page.getByRole('alert').filter({ hasText: 'Connection lost' }).waitFor(patience);
    const after = await app.host(workspace);
    await page.getByRole('alert').filter({ hasText: 'Descent was started anew' }).waitFor(patience);
    await context.close();

    const again = await app.window(after.url);
    // The layout came back, and with it the panel of the run.
    await again.page.getByRole('button', { name: 'Continue' }).click(patience);
    await again.page.getByRole('button', { name: 'Pause' }).waitFor(patience);
    await again.page.getByRole('button', { name: /^Stop/ }).click();
    await again.page.getByText('Stop now').click();
    await again.page.getByRole('button', { name: 'Continue' }).waitFor(patience);
    expect(again.errors).toEqual([]);
    await again.context.close();
    await after.stop();
  });

  it('in one window is seen in another, and stopped from there', long, async () => {
    const host = await app.host(app.workspace('two'));
    const one = await app.window(host.url);
    const other = await app.window(host.url);
    await startLongTraining(one.page, 'Processor', 5000);
    await other.page
      .getByRole('contentinfo')
      .getByText(/Palmer penguins/)
      .click(patience);
    await other.page
      .getByText(/Palmer penguins/)
      .last()
      .click();
    await other.page.getByRole('button', { name: 'Pause' }).click(patience);
    await one.page.getByRole('button', { name: 'Go on' }).click(patience);
    // From the queue, which asks first.
    await other.page
      .getByRole('button', { name: /: Stop$/ })
      .first()
      .click(patience);
    await other.page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
    await one.page.getByRole('button', { name: 'Continue' }).waitFor(patience);
    expect([...one.errors, ...other.errors]).toEqual([]);
    await host.stop();
  });

  it('on a GPU that is lost keeps its last checkpoint, and can go on', long, async () => {
    const host = await app.host(app.workspace('lost'));
    const { page, context } = await app.window(host.url);
    await startLongTraining(page, 'GPU', 2000);
    const session = await context.browser()!.newBrowserCDPSession();
    await session.send('Browser.crashGpuProcess');
    await page.getByRole('button', { name: 'Continue' }).waitFor(patience);
    await page
      .getByText(/device|GPU/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor(patience);
    await host.stop();
  });

  it('on the GPU of a window that is closed is interrupted with its last checkpoint', long, async () => {
    const host = await app.host(app.workspace('closed'));
    const first = await app.window(host.url);
    await startLongTraining(first.page, 'GPU', 2000);
    await first.context.close();
    const second = await app.window(host.url);
    await second.page.getByRole('button', { name: 'Continue' }).waitFor(patience);
    expect(second.errors).toEqual([]);
    await host.stop();
  });
});
