// Large data while the wheel turns: frames of the window over a grid of 100,000 images and a table of a million rows.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { datasetsService } from '../../../contract/services/datasets.js';
import { uniforms } from '../../../engine/random/fields.js';
import { openWindow, startHost } from '../../e2e/workbench/workbench.js';
import { connectTo } from '../../services/channel/transports.js';
import { writeIdx } from './idxFiles.js';
import { framesFor, type Figure, type Frames, type Measurement } from './measure.js';

const imageCount = 100_000;
const rowCount = 1_000_000;
const seconds = 5;
/** Of one turn of the wheel, in pixels; between turns, in milliseconds. */
const turn = 240;
const pause = 40;

function writeTable(file: string): void {
  const numbers = uniforms({ seed: 1, purpose: 'table', step: 0 }, 4096);
  const rows = Array.from(
    { length: rowCount },
    (_, row) =>
      `${row},${numbers[row % 4096]!.toFixed(4)},${numbers[(row * 7) % 4096]!.toFixed(4)},${row % 3 ? 'yes' : 'no'}`,
  );
  writeFileSync(file, `number,width,height,class\n${rows.join('\n')}\n`);
}

/** Frames a second of the window while the wheel turns over an element. */
async function framesOver(page: Page, selector: string): Promise<Frames & { readonly scrolled: number }> {
  const view = page.locator(selector).first();
  await view.waitFor();
  await page.waitForTimeout(2000);
  const box = (await view.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const counting = framesFor(page, seconds);
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await page.mouse.wheel(0, turn);
    await page.waitForTimeout(pause);
  }
  const { rate, longest } = await counting;
  return { rate, longest, scrolled: await view.evaluate(({ scrollTop }) => scrollTop) };
}

export const scrolling: Measurement = async ({ browser, folder }) => {
  const images = folder();
  const table = join(folder(), 'table.csv');
  writeIdx(images, imageCount);
  writeTable(table);
  const host = await startHost(join(folder(), 'workspace'));
  const client = await connectTo(host.url);
  const datasets = client.connection.client(datasetsService);
  const sets = [
    { set: await datasets.import({ path: images }), name: 'scrolling images', view: '[role=listbox].view' },
    { set: await datasets.import({ path: table }), name: 'scrolling a table', view: '[role=grid].view' },
  ];
  const { page, context } = await openWindow(browser, host.url, { width: 1920, height: 1080 });
  const figures: Figure[] = [];
  for (const { set, name, view } of sets) {
    await page
      .getByRole('option')
      .filter({ has: page.getByText(set.title, { exact: true }) })
      .click();
    const { rate, longest, scrolled } = await framesOver(page, view);
    if (scrolled === 0) throw new Error(`${name}: the wheel moved nothing`);
    const detail = `${set.count} examples, ${Math.round(scrolled)} pixels in ${seconds} s; the longest frame took ${Math.round(longest)} ms; drawn by software`;
    figures.push({ name, value: rate, unit: 'frames/s', goal: 60, detail });
  }
  await context.close();
  await client.close();
  await host.stop();
  return figures;
};
