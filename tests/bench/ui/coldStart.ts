// From starting the process to a window that answers: the built app, warm disk.
import { startHost, openWindow } from '../../e2e/workbench/workbench.js';
import { median, type Measurement } from './measure.js';

const rounds = 5;

export const coldStart: Measurement = async ({ browser, folder }) => {
  const wholes: number[] = [];
  const hosts: number[] = [];
  const workspace = folder();
  // The first round makes the workspace and warms the disk.
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now();
    const host = await startHost(workspace);
    const served = performance.now();
    const { page, context } = await openWindow(browser, host.url);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    if (round > 0) {
      wholes.push(performance.now() - started);
      hosts.push(served - started);
    }
    await context.close();
    await host.stop();
  }
  const detail = `of which the host ${Math.round(median(hosts))} ms; the browser itself was running`;
  return [{ name: 'cold start to an open command palette', value: median(wholes), unit: 'ms', goal: 2000, detail }];
};
