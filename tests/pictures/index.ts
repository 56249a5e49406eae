// `npm run screenshots`: the pictures of README.md, taken of the built app with real runs of the examples.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import sharp from 'sharp';
import { datasetsService } from '../../contract/services/datasets.js';
import { runsService } from '../../contract/services/runs.js';
import { trainingService } from '../../contract/services/training.js';
import { buildAll, chromiumFlags, chromiumPath } from '../e2e/browser.js';
import { openWindow, startHost } from '../e2e/workbench/workbench.js';
import { repository } from '../repository.js';
import { connectTo } from '../services/channel/transports.js';

const folder = join(repository, 'resources/pictures');
const size = { width: 1280, height: 800 };

/** A palette of 256 colours is enough for an interface and a quarter of the size. */
async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(2, 790);
  await page.waitForTimeout(1500);
  const png = await page.screenshot();
  await sharp(png)
    .png({ palette: true, effort: 10 })
    .toFile(join(folder, `${name}.png`));
  console.log(`resources/pictures/${name}.png`);
}

async function command(page: Page, text: string, choice = text): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command palette' }).fill(text);
  const options = page.getByRole('listbox', { name: 'Command palette' }).getByRole('option');
  await options.filter({ hasText: choice }).first().click();
}

/** Trains and waits for the end. @returns the run */
async function train(training: ReturnType<typeof connectedTraining>, request: object): Promise<string> {
  const ended = new Set<string>();
  const stop = training.on('told', ({ type, run }) => {
    if (type === 'finished' || type === 'failed') ended.add(run);
  });
  const { run } = await training.start({ request: { seed: 0, backend: 'native', ...request } as never });
  while (!ended.has(run)) await new Promise((resolve) => setTimeout(resolve, 200));
  stop();
  return run;
}

function connectedTraining({ connection }: Awaited<ReturnType<typeof connectTo>>) {
  return connection.client(trainingService);
}

const pipeline = {
  transforms: [
    { type: 'rotate', probability: 1, options: { degrees: 18 } },
    { type: 'shift', probability: 1, options: {} },
    { type: 'erase', probability: 0.4, options: {} },
  ],
};

/** Three runs that differ in their learning rate. */
async function prepareRuns(client: Awaited<ReturnType<typeof connectTo>>): Promise<void> {
  const training = connectedTraining(client);
  const runs = client.connection.client(runsService);
  for (const [name, rate] of [
    ['careful', 0.0005],
    ['usual', 0.002],
    ['bold', 0.01],
  ] as const) {
    const run = await train(training, { data: 'digits', epochs: 4, learningRate: rate });
    await runs.rename({ run, name });
  }
  await client.connection.client(datasetsService).setAugmentation({ id: 'fashion-mnist-12k', pipeline });
}

async function takeData(page: Page): Promise<void> {
  // The palette finds data sets once they are listed.
  await page
    .getByRole('option', { name: /Fashion/ })
    .first()
    .waitFor();
  await command(page, 'Fashion');
  await page.getByText('12,000 examples').waitFor();
  await page.waitForTimeout(3000);
  await take(page, 'data');
  await page.getByRole('button', { name: /^Augment/ }).click();
  await take(page, 'augmentation');
}

async function takeModel(page: Page): Promise<void> {
  await command(page, 'New model');
  await page.getByText('ResNet-20', { exact: true }).first().click();
  await page.locator('.vue-flow__node').nth(4).click();
  await page.keyboard.press('Control+b');
  await take(page, 'model');
  await page.keyboard.press('Control+.');
}

async function takeRuns(page: Page): Promise<void> {
  await command(page, 'Show all runs');
  await page.getByRole('row').nth(1).click();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await command(page, 'Compare the chosen runs');
  await take(page, 'compare');
}

async function takeTraining(page: Page, training: ReturnType<typeof connectedTraining>): Promise<void> {
  await training.start({
    request: { data: 'digits', seed: 3, backend: 'native', epochs: 16, modelName: 'Handwritten digits' },
  });
  await page
    .getByRole('contentinfo')
    .getByText(/digits/)
    .click();
  await page
    .getByText(/^([89]|1[0-6]) \/ 16$/)
    .first()
    .waitFor({ timeout: 300_000 });
  await take(page, 'training');
}

export async function takePictures(): Promise<void> {
  buildAll();
  mkdirSync(folder, { recursive: true });
  const workspace = mkdtempSync(join(tmpdir(), 'descent-pictures-'));
  const host = await startHost(join(workspace, 'Experiments'));
  const client = await connectTo(host.url);
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
  try {
    await prepareRuns(client);
    const { page } = await openWindow(browser, host.url, { ...size, theme: 'dark' });
    page.setDefaultTimeout(20_000);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await takeData(page);
    await takeModel(page);
    await takeRuns(page);
    await takeTraining(page, connectedTraining(client));
  } finally {
    await browser.close();
    await client.close();
    await host.stop();
    rmSync(workspace, { recursive: true, force: true });
  }
}
