// The tracker at its size: ten thousand runs in the table, fifty curves of a hundred thousand points.
import type { Page } from '@playwright/test';
import { openWorkspace } from '../../../main/store/workspace.js';
import { openWindow, startHost } from '../../e2e/workbench/workbench.js';
import { addCurves, addRuns } from '../manyRuns.js';
import { median, type Measurement } from './measure.js';

const runCount = 10_000;
const curveCount = 50;
const pointCount = 100_000;
/** Milliseconds after which an answer is not waited for any more. */
const patience = 10_000;

/** From turning the wheel over the first chart to the picture after the last answer. */
async function zoomTimes(page: Page, rounds: number): Promise<number[]> {
  let answered = 0;
  page.on('websocket', (socket) => socket.on('framereceived', () => (answered = performance.now())));
  await page.reload();
  // Thumbnails of data sets are canvases too.
  const chart = page.locator('.stage canvas').first();
  await chart.waitFor();
  await page.waitForTimeout(3000);
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  // Without it the wheel scrolls the page of charts.
  await page.keyboard.down('Control');
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await page.mouse.wheel(0, round % 2 === 0 ? -300 : 240);
    // The answers to this turn have come when nothing has come for a while; the wait does not count.
    const isOver = (): boolean =>
      answered < started ? performance.now() - started > patience : performance.now() - answered > 250;
    do await page.waitForTimeout(300);
    while (!isOver());
    if (answered < started) throw new Error('turning the wheel over the chart asked for no curves');
    times.push(answered - started + (await frameTime(page)));
  }
  await page.keyboard.up('Control');
  return times;
}

/** Milliseconds to the next picture. */
function frameTime(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const started = performance.now();
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return performance.now() - started;
  });
}

export const manyRuns: Measurement = async ({ browser, folder }) => {
  const path = `${folder()}/workspace`;
  const workspace = openWorkspace(path, { create: true });
  const runs = addRuns(workspace, runCount);
  addCurves(workspace, runs.slice(0, curveCount), pointCount);
  workspace.close();
  const host = await startHost(path);
  const { page, context } = await openWindow(browser, host.url, { width: 1920, height: 1080 });
  await page.getByRole('heading', { level: 1 }).waitFor();

  const started = performance.now();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command palette' }).fill('Show all runs');
  await page.keyboard.press('Enter');
  await page.getByRole('row').nth(20).waitFor();
  const opened = performance.now() - started;

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
      detail: `${runCount} runs, from the command palette to twenty rows`,
    },
    {
      name: 'zooming curves',
      value: median(zooms),
      unit: 'ms',
      goal: 100,
      detail: `${curveCount} curves of ${pointCount} points, from the wheel to the picture`,
    },
  ];
};
