// The system's Chromium on the built workers: what a browser test file opens before its tests and closes after them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { build } from 'vite';
import { afterAll, beforeAll } from 'vitest';
import { repository } from '../repository.js';
import type { Tested } from './page.js';
import { serve } from './server.js';

/** Debian's, Ubuntu's and Fedora's names, Google's, macOS's. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export function chromiumPath(): string {
  const path = process.env.CHROMIUM ?? places.find((place) => existsSync(place));
  if (path === undefined)
    throw new Error(
      'No Chromium was found: install the package `chromium`, or name a browser in the variable CHROMIUM.',
    );
  return path;
}

/** The software adapter, so that tests compute the same everywhere; no network beyond the page's own origin. */
export const chromiumFlags = [
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-webgpu-adapter=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // Chromium's sandbox cannot be had as root, which containers often are.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** Brings `out/` up to date. */
export function buildAll(): void {
  const { status, stderr } = spawnSync(process.execPath, [join(repository, 'scripts/build.mjs'), '--if-stale'], {
    cwd: repository,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the build failed: ${stderr}`);
}

async function buildPage(): Promise<void> {
  buildAll();
  await build({
    root: repository,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    // As in the build of the workers: onnxruntime's files stay files.
    resolve: { conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'production'] },
    build: {
      outDir: 'out/e2e',
      emptyOutDir: false,
      minify: false,
      modulePreload: false,
      rolldownOptions: {
        input: { page: 'tests/e2e/page.ts', 'segments.web': 'tests/e2e/segments.web.ts' },
        output: { entryFileNames: '[name].js' },
      },
    },
  });
}

interface TestedScope {
  readonly tested: Tested;
}

/** A page with what `page.ts` offers, called in it: plain data crosses. */
export interface OpenPage extends Tested {
  readonly page: Page;
  readonly address: string;
  /** Addresses outside the page's own origin that something asked for. */
  readonly foreign: readonly string[];
  /** What the page and its workers wrote as errors. */
  readonly errors: readonly string[];
}

/** Registers the opening and closing of one browser for a test file. */
export function browserForTests(): { open(): Promise<OpenPage> } {
  let browser: Browser | undefined;
  let served: Awaited<ReturnType<typeof serve>> | undefined;
  beforeAll(async () => {
    await buildPage();
    served = await serve();
    browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
  });
  afterAll(async () => {
    await browser?.close();
    served?.server.close();
  });
  return { open: () => openPage(browser!, served!.address) };
}

async function openPage(browser: Browser, address: string): Promise<OpenPage> {
  const page = await browser.newPage();
  const foreign: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !/^(blob|data):/.test(request.url())) foreign.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => {
    errors.push(error.message);
  });
  await page.goto(address);
  await page.waitForFunction(() => 'tested' in globalThis);
  return {
    page,
    address,
    foreign,
    errors,
    train: (choice) => page.evaluate((given) => (globalThis as unknown as TestedScope).tested.train(given), choice),
    until: (type) => page.evaluate((awaited) => (globalThis as unknown as TestedScope).tested.until(awaited), type),
    run: (entry, job) =>
      page.evaluate(([to, given]) => (globalThis as unknown as TestedScope).tested.run(to, given), [
        entry,
        job,
      ] as const),
  };
}
