// The desktop host in Electron itself; skipped, and said to be so, where its program or a screen is missing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron as electron, type ElectronApplication, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { electronObstacle, electronProgram } from '../../../scripts/electron.mjs';
import { buildAll } from '../browser.js';

const obstacle = electronObstacle();
const entry = fileURLToPath(new URL('../../../out/main/electron.js', import.meta.url));

describe.skipIf(obstacle !== undefined)(`Electron [${obstacle ?? 'runs here'}]`, () => {
  let folder = '';
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    buildAll();
    folder = mkdtempSync(join(tmpdir(), 'descent-electron-'));
    app = await electron.launch({
      executablePath: electronProgram()!,
      args: [entry, '--workspace', join(folder, 'w')],
    });
    page = await app.firstWindow();
    await page.getByRole('menubar').waitFor();
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the window is sandboxed, isolated, and has no Node', async () => {
    expect(page.url()).toBe('app://descent/');
    const seen = await page.evaluate(() => ({
      isIsolated: crossOriginIsolated,
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
    }));
    expect(seen).toEqual({ isIsolated: true, node: [] });
  });

  test('it goes nowhere else, opens nothing, and fetches nothing', async () => {
    const fetched = await page.evaluate(() =>
      fetch('http://127.0.0.1:1/').then(
        () => 'fetched',
        () => 'refused',
      ),
    );
    expect(fetched).toBe('refused');
    expect(await page.evaluate(() => window.open('https://example.org') === null)).toBe(true);
    await page.evaluate(() => (location.href = 'https://example.org'));
    expect(page.url()).toBe('app://descent/');
    expect(app.windows()).toHaveLength(1);
  });
});
