// The whole app as a person has it: the loopback host in a process of its own and its window in the system's Chromium.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { repository } from '../../repository.js';
import { buildAll, chromiumFlags, chromiumPath } from '../browser.js';

const commandLine = join(repository, 'out/main/cli.js');

export interface RunningHost {
  readonly url: string;
  readonly process: ChildProcess;
  /** As Ctrl+C does; resolves when it is gone. */
  stop(): Promise<void>;
  /** As a crash does. */
  kill(): Promise<void>;
}

/** Starts `descent serve` on a workspace and waits for its address. */
export async function startHost(workspace: string, ...options: readonly string[]): Promise<RunningHost> {
  const child = spawn(
    process.execPath,
    [commandLine, 'serve', '--no-open', '--json', '--workspace', workspace, ...options],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const gone = once(child, 'close');
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('{')) resolve((JSON.parse(line) as { url: string }).url);
    });
    void gone.then(() => reject(new Error('descent serve ended without an address')));
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await gone;
  };
  return { url, process: child, stop: () => end('SIGINT'), kill: () => end('SIGKILL') };
}

export interface OpenWindow {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page wrote as errors, and errors that nobody caught. */
  readonly errors: string[];
  /** Addresses beyond the host's own origin that something asked for. */
  readonly foreign: string[];
}

export interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  /** Milliseconds that everything from the host is late. */
  readonly late?: number;
}

/** What the page will write as errors, and errors that nobody will catch. */
export function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => void errors.push(error.message));
  return errors;
}

/** What the windows show where a test failed: `out/failed/<test>-<number>.png` */
async function keepPictures(browser: Browser | undefined, test: string): Promise<void> {
  const name = test.replace(/[^\w]+/g, '-');
  const pages = browser?.contexts().flatMap((context) => context.pages()) ?? [];
  for (const [index, page] of pages.entries())
    await page.screenshot({ path: join(repository, 'out/failed', `${name}-${index}.png`) }).catch(() => undefined);
}

async function delayHost(page: Page, milliseconds: number): Promise<void> {
  await page.routeWebSocket(/.*/, (socket) => {
    const host = socket.connectToServer();
    host.onMessage((message) => void setTimeout(() => socket.send(message), milliseconds));
  });
}

/** Opens a window of its own (no cookies or storage of others) on an address and waits for the workbench. */
export async function openWindow(browser: Browser, url: string, options: WindowOptions = {}): Promise<OpenWindow> {
  const { width = 1280, height = 800, theme = 'dark', late = 0 } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']).catch(() => undefined);
  const page = await context.newPage();
  const errors = errorsOf(page);
  const foreign: string[] = [];
  const origin = new URL(url).origin;
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !/^(blob|data):/.test(request.url())) foreign.push(request.url());
  });
  if (late > 0) await delayHost(page, late);
  await page.goto(url);
  await page.getByRole('menubar').waitFor();
  return { page, context, errors, foreign };
}

export interface AppForTests {
  /** A folder of its own for each test file; `workspace('a')` is `<folder>/a`. */
  workspace(name: string): string;
  /** Starts a host; it is ended after the tests. */
  host(workspace: string, ...options: readonly string[]): Promise<RunningHost>;
  window(url: string, options?: WindowOptions): Promise<OpenWindow>;
}

/** Registers one browser and one folder for a test file. */
export function appForTests(): AppForTests {
  let browser: Browser | undefined;
  let folder = '';
  const hosts: RunningHost[] = [];
  beforeAll(async () => {
    buildAll();
    folder = mkdtempSync(join(tmpdir(), 'descent-e2e-'));
    browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
  });
  afterAll(async () => {
    await browser?.close();
    for (const host of hosts) if (host.process.exitCode === null && host.process.signalCode === null) await host.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await keepPictures(browser, task.name);
  });
  return {
    workspace: (name) => join(folder, name),
    host: async (workspace, ...options) => {
      const host = await startHost(workspace, ...options);
      hosts.push(host);
      return host;
    },
    window: (url, options) => openWindow(browser!, url, options),
  };
}
