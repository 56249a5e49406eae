// The tracker at its size: ten thousand runs in the table, fifty curves of a hundred thousand points.
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from '@playwright/test';
import { datasetsService } from '../../../contract/services/datasets.js';
import { openWorkspace } from '../../../main/store/workspace.js';
import { openWindow, startHost } from '../../e2e/workbench/workbench.js';
import { connectTo } from '../../services/channel/transports.js';
import { addCurves, addRuns } from '../manyRuns.js';
import { median, type Measurement } from './measure.js';

const runCount = 10_000;
const curveCount = 50;
const pointCount = 100_000;
/** Bytes that only an answer with all curves has. */
const answerBytes = 500_000;

interface Watched {
  /** When the wheel was turned, and when the answer that was drawn last had come. */
  wheel: number;
  answer: number;
}

/** Notes in the window itself when the wheel turns and when curves come: to tell them to another process takes time. */
function watchZooms(largeBytes: number): void {
  const watched: Watched = { wheel: 0, answer: 0 };
  Object.assign(window, { watched });
  addEventListener('wheel', ({ timeStamp }) => (watched.wheel = timeStamp), { capture: true, passive: true });
  window.WebSocket = class extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given);
      this.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        if (data.byteLength > largeBytes) watched.answer = performance.now();
      });
    }
  };
}

/** From the turn of the wheel to the picture after the one that the answer is drawn in: by then it is on the screen. */
function zoomTime(page: Page, before: number): Promise<number> {
  return page.evaluate(async (last) => {
    const { watched } = window as unknown as { watched: Watched };
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    const end = performance.now() + 10_000;
    while ((watched.wheel <= last || watched.answer < watched.wheel) && performance.now() < end) await frame();
    if (watched.wheel <= last) throw new Error('the wheel turned over nothing');
    if (watched.answer < watched.wheel) throw new Error('turning the wheel over the chart asked for no curves');
    await frame();
    return performance.now() - watched.wheel;
  }, before);
}

async function zoomTimes(page: Page, rounds: number): Promise<number[]> {
  await page.addInitScript(watchZooms, answerBytes);
  await page.reload();
  // Thumbnails of data sets are canvases too.
  const chart = page.locator('.stage canvas').first();
  await chart.waitFor();
  await page.waitForFunction(() => (window as unknown as { watched: Watched }).watched.answer > 0);
  await page.waitForTimeout(1000);
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  // Without it the wheel scrolls the page of charts.
  await page.keyboard.down('Control');
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = await page.evaluate(() => performance.now());
    await page.mouse.wheel(0, round % 2 === 0 ? -300 : 240);
    times.push(await zoomTime(page, before));
    await page.waitForTimeout(300);
  }
  await page.keyboard.up('Control');
  return times;
}

/** A workspace with so many runs was opened before: what is found out about the examples once is known. */
async function openBefore(browser: Browser, path: string): Promise<void> {
  const host = await startHost(path);
  const client = await connectTo(host.url);
  const { context } = await openWindow(browser, host.url);
  const datasets = client.connection.client(datasetsService);
  const isKnown = async (): Promise<boolean> => (await datasets.list({})).every(({ count }) => count > 0);
  for (const end = Date.now() + 60_000; !(await isKnown()) && Date.now() < end;) await wait(200);
  // Their small pictures come after their numbers.
  await wait(3000);
  await context.close();
  await client.close();
  await host.stop();
}

export const manyRuns: Measurement = async ({ browser, folder }) => {
  const path = `${folder()}/workspace`;
  const workspace = openWorkspace(path, { create: true });
  const runs = addRuns(workspace, runCount);
  addCurves(workspace, runs.slice(0, curveCount), pointCount);
  workspace.close();
  await openBefore(browser, path);
  const host = await startHost(path);
  const { page, context } = await openWindow(browser, host.url, { width: 1920, height: 1080 });
  await page.getByRole('heading', { level: 1 }).waitFor();

  const started = performance.now();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command palette' }).fill('Show all runs');
  await page.keyboard.press('Enter');
  await page.getByRole('row').nth(20).waitFor();
  await page.locator(`[role=grid][aria-rowcount="${runCount + 1}"]`).waitFor();
  const opened = performance.now() - started;
  const grid = page.getByRole('grid');
  await grid.evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await page.locator(`[aria-rowindex="${runCount + 1}"]`).waitFor();
  const reached = performance.now() - started;
  await grid.evaluate((box) => box.scrollTo(0, 0));

  await page.getByRole('row').nth(1).click();
  for (let row = 1; row < curveCount; row++) await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command palette' }).fill('Compare the chosen runs');
  await page.keyboard.press('Enter');
  // The layout is kept: the panel is there again after loading the page anew.
  await page.waitForTimeout(1500);
  const zooms = await zoomTimes(page, 10);
  await context.close();
  await host.stop();
  return [
    {
      name: 'table of runs opens',
      value: opened,
      unit: 'ms',
      goal: 1000,
      detail: `${runCount} runs, from the command palette to the first rows with all runs counted; ${Math.round(reached)} ms to the last one, scrolled to`,
    },
    {
      name: 'zooming curves',
      value: median(zooms),
      unit: 'ms',
      goal: 100,
      detail: `${curveCount} curves of ${pointCount} points, from the wheel to the picture of the finer points`,
    },
  ];
};
