// A fast run while it is watched: frames of the window while hundreds of steps a second are drawn.
import { join } from 'node:path';
import { runsService } from '../../../contract/services/runs.js';
import { trainingService } from '../../../contract/services/training.js';
import { openWindow, startHost } from '../../e2e/workbench/workbench.js';
import { connectTo } from '../../services/channel/transports.js';
import type { Measurement } from './measure.js';

const seconds = 8;

export const liveRun: Measurement = async ({ browser, folder }) => {
  const host = await startHost(join(folder(), 'workspace'));
  const client = await connectTo(host.url);
  const { connection } = client;
  const training = connection.client(trainingService);
  const { run } = await training.start({
    request: { data: 'penguins', seed: 1, backend: 'native', threads: 1, epochs: 20_000, modelName: 'watched' },
  });
  const { page, context } = await openWindow(browser, host.url);
  await page
    .getByRole('contentinfo')
    .getByText(/watched/)
    .click();
  await page.getByRole('navigation').getByRole('button', { name: 'Training' }).waitFor();
  await page.getByRole('listitem').filter({ hasText: 'watched' }).first().click();
  await page.locator('canvas').first().waitFor();
  await page.waitForTimeout(2000);
  const stepNow = async (): Promise<number> =>
    (await connection.client(runsService).curves({ series: [{ run, name: 'train_loss' }], width: 10 }))[0]?.steps.at(
      -1,
    ) ?? 0;
  const [before, started] = [await stepNow(), performance.now()];
  const frames = await page.evaluate(async (duration) => {
    let count = 0;
    const end = performance.now() + duration;
    while (performance.now() < end) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      count++;
    }
    return count;
  }, seconds * 1000);
  const rate = ((await stepNow()) - before) / ((performance.now() - started) / 1000);
  await training.stop({ run });
  await context.close();
  await client.close();
  await host.stop();
  const detail = `while ${Math.round(rate)} steps a second were trained and drawn; drawn by software, the training has a core of two`;
  return [{ name: 'frames while a run is watched', value: frames / seconds, unit: 'frames/s', goal: 60, detail }];
};
