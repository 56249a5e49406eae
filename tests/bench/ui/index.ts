// `npm run bench -- --ui`: times what a person waits for, in the built app and the system's Chromium.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { buildAll, chromiumFlags, chromiumPath } from '../../e2e/browser.js';
import { coldStart } from './coldStart.js';
import { imports } from './imports.js';
import { liveRun } from './liveRun.js';
import { manyRuns } from './manyRuns.js';
import { models } from './models.js';
import { printFigure, type Measurement } from './measure.js';
import { scrolling } from './scrolling.js';

const measurements: Readonly<Record<string, Measurement>> = {
  coldStart,
  manyRuns,
  models,
  liveRun,
  imports,
  scrolling,
};

/** Runs those that are named, or all. @returns whether every one could be measured */
export async function benchWindow(names: readonly string[]): Promise<boolean> {
  buildAll();
  const folder = mkdtempSync(join(tmpdir(), 'descent-bench-'));
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} threads, Node ${process.version}, Chromium ${browser.version()}`,
  );
  let failed = 0;
  for (const [name, measure] of Object.entries(measurements)) {
    if (names.length > 0 && !names.includes(name)) continue;
    try {
      const figures = await measure({ browser, folder: () => mkdtempSync(join(folder, `${name}-`)) });
      for (const figure of figures) console.log(printFigure(figure));
    } catch (error) {
      failed++;
      console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
  return failed === 0;
}
