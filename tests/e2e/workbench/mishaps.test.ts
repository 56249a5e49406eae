// What goes wrong while a window is open: the host is killed, another window looks on, the GPU is lost. Nothing that was saved is.
import type { Page } from '@playwright/test';
import { describe, expect, it } from 'vitest';
import { runsService } from '../../../contract/services/runs.js';
import { connectTo } from '../../services/channel/transports.js';
import { beginTrainingOn, chooseDevice, chooseInPalette, fillNumber, startAndFinish } from './steps.js';
import { appForTests, errorsOf } from './workbench.js';

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
  it('started before the settings of its data have come waits for them', long, async () => {
    const host = await app.host(app.workspace('late'));
    const { page, errors } = await app.window(host.url, { late: 700 });
    await beginTrainingOn(page, 'Handwritten digits');
    const batch = page.getByRole('textbox', { name: 'Batch size' });
    await expect.poll(() => batch.inputValue(), patience).toBe('64');
    await chooseInPalette(page, 'Welcome');
    await beginTrainingOn(page, 'Palmer penguins');
    await fillNumber(page, 'Epochs', 1);
    await startAndFinish(page);
    const client = await connectTo(host.url);
    const runs = client.connection.client(runsService);
    const { run } = (await runs.list({}))[0]!;
    expect((await runs.details({ run })).request).toMatchObject({
      data: 'penguins',
      settings: { epochs: 1, batch: 16 },
    });
    expect(errors).toEqual([]);
    await client.close();
    await host.stop();
  });

  it('whose host is killed: the window says so; opened again it can be continued', long, async () => {
    const workspace = app.workspace('killed');
    const before = await app.host(workspace);
    const { page, context } = await app.window(before.url);
    await startLongTraining(page, 'Processor', 5000);
    await before.kill();
    await page.getByRole('alert').filter({ hasText: 'Connection lost' }).waitFor(patience);
    const after = await app.host(workspace);
    await page.getByRole('alert').filter({ hasText: 'Descent was started anew' }).waitFor(patience);

    // The address that it printed, in another tab of the same browser: with its secret the first goes on by itself.
    const again = await context.newPage();
    const errors = errorsOf(again);
    await again.goto(after.url);
    await page
      .getByRole('alert')
      .filter({ hasText: 'Descent was started anew' })
      .waitFor({ ...patience, state: 'hidden' });
    await page.close();
    // The layout came back, and with it the panel of the run.
    await again.getByRole('button', { name: 'Continue' }).click(patience);
    await again.getByRole('button', { name: 'Pause' }).waitFor(patience);
    await again.getByRole('button', { name: /^Stop/ }).click();
    await again.getByText('Stop now').click();
    await again.getByRole('button', { name: 'Continue' }).waitFor(patience);
    expect(errors).toEqual([]);
    await context.close();
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
    await other.page.getByRole('button', { name: 'Pause' }).click(patience);
    await one.page.getByRole('button', { name: 'Go on' }).click(patience);
    // From the queue, which asks first.
    await other.page.getByRole('navigation').getByRole('button', { name: 'Training' }).click();
    await other.page
      .getByRole('button', { name: /: Stop$/ })
      .first()
      .click(patience);
    await other.page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
    await one.page.getByRole('button', { name: 'Continue' }).waitFor(patience);
    expect([...one.errors, ...other.errors]).toEqual([]);
    await host.stop();
  });

  it(
    'on a GPU that is lost, then in a window that is closed, keeps its last checkpoint and can go on',
    long,
    async () => {
      const host = await app.host(app.workspace('gpu'));
      const { page, context } = await app.window(host.url);
      await startLongTraining(page, 'GPU', 2000);
      const session = await context.browser()!.newBrowserCDPSession();
      await session.send('Browser.crashGpuProcess');
      await page.getByRole('button', { name: 'Continue' }).waitFor(patience);
      await page
        .getByText(/device|GPU/)
        .first()
        .waitFor();
      const client = await connectTo(host.url);
      const runs = client.connection.client(runsService);
      const { run } = (await runs.list({}))[0]!;
      const lost = await runs.details({ run });
      expect(lost.status).toBe('interrupted');
      expect(lost.checkpoints.length).toBeGreaterThan(0);

      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: 'Pause' }).waitFor(patience);
      await context.close();
      const second = await app.window(host.url);
      await second.page.getByRole('button', { name: 'Continue' }).waitFor(patience);
      const closed = await runs.details({ run });
      expect(closed.status).toBe('interrupted');
      expect(closed.checkpoints.length).toBeGreaterThan(0);
      expect(second.errors).toEqual([]);
      await client.close();
      await host.stop();
    },
  );
});
