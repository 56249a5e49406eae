// A fast run while it is watched: frames of the window while at least five hundred steps a second are trained and drawn.
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '../../../contract/service.js';
import { runsService } from '../../../contract/services/runs.js';
import { trainingService } from '../../../contract/services/training.js';
import { openWindow, startHost } from '../../e2e/workbench/workbench.js';
import { connectTo } from '../../services/channel/transports.js';
import { framesFor, type Frames, type Measurement } from './measure.js';

const seconds = 8;
/** A model so small that a step is short, and so many examples that evaluations and checkpoints are far apart. */
const data = 'letters';
/** Steps a second before anybody watches, and from where to where it may be. */
const [wanted, least, most] = [620, 550, 760];
const firstBatch = 64;
const attempts = 4;

interface Services {
  readonly training: Client<typeof trainingService>;
  readonly runs: Client<typeof runsService>;
}

async function lastStep({ runs }: Services, run: string): Promise<number> {
  const [curve] = await runs.curves({ series: [{ run, name: 'train_loss' }], width: 10 });
  return curve?.steps.at(-1) ?? 0;
}

/** Steps a second while `work` is done. */
async function rateDuring(services: Services, run: string, work: () => Promise<unknown>): Promise<number> {
  const [before, started] = [await lastStep(services, run), performance.now()];
  await work();
  return ((await lastStep(services, run)) - before) / ((performance.now() - started) / 1000);
}

/** Starts runs with one batch size after another until one is about as fast as is wanted here. @returns the run that goes on */
async function startRun(services: Services): Promise<string> {
  for (let [attempt, batch] = [1, firstBatch]; ; attempt++) {
    const { run } = await services.training.start({
      request: { data, batch, seed: 1, backend: 'native', threads: 1, epochs: 1000, name: 'watched' },
    });
    for (const end = Date.now() + 60_000; (await lastStep(services, run)) === 0;) {
      if (Date.now() > end) throw new Error('the run did not make a step within a minute');
      await wait(200);
    }
    const rate = await rateDuring(services, run, () => wait(2000));
    if ((rate > least && rate < most) || attempt === attempts) return run;
    await services.training.stop({ run });
    batch = Math.max(1, Math.min(512, Math.round((batch * rate) / wanted)));
  }
}

export const liveRun: Measurement = async ({ browser, folder }) => {
  const host = await startHost(join(folder(), 'workspace'));
  const client = await connectTo(host.url);
  const { connection } = client;
  const services = { training: connection.client(trainingService), runs: connection.client(runsService) };
  const run = await startRun(services);
  const { page, context } = await openWindow(browser, host.url);
  await page
    .getByRole('contentinfo')
    .getByText(/watched/)
    .click();
  // Thumbnails of data sets are canvases, too.
  await page.locator('.stage canvas').first().waitFor();
  await page.waitForTimeout(2000);
  let frames: Frames | undefined;
  const rate = await rateDuring(services, run, async () => (frames = await framesFor(page, seconds)));
  await services.training.stop({ run });
  await context.close();
  await client.close();
  await host.stop();
  const detail = `while ${Math.round(rate)} steps a second were trained and drawn; drawn by software, the training has a core of two`;
  return [{ name: 'frames while a run is watched', value: frames!.rate, unit: 'frames/s', goal: 60, detail }];
};
