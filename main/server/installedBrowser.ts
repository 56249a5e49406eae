// Shows the workbench in a browser that is installed, as a window of its own: Chromium's `--app`, with a profile of its own.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Browser {
  readonly name: string;
  readonly path: string;
}

/** The programs by the names that systems give them, the likeliest first. */
const names: readonly (readonly [name: string, commands: readonly string[], mac: string, windows: string])[] = [
  ['Chrome', ['google-chrome', 'google-chrome-stable'], 'Google Chrome', 'Google/Chrome/Application/chrome.exe'],
  ['Chromium', ['chromium', 'chromium-browser'], 'Chromium', 'Chromium/Application/chrome.exe'],
  ['Edge', ['microsoft-edge', 'microsoft-edge-stable'], 'Microsoft Edge', 'Microsoft/Edge/Application/msedge.exe'],
];

/** Milliseconds within which an end means that it did not start. */
const startTime = 10_000;

/** The browser that `DESCENT_BROWSER` names, else the first that is installed. */
export function findBrowser(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): Browser | undefined {
  const named = environment.DESCENT_BROWSER;
  if (named) return { name: 'the browser', path: named };
  for (const [name, ...places] of names) {
    const path = candidates(places, environment, platform).find((candidate) => existsSync(candidate));
    if (path !== undefined) return { name, path };
  }
  return undefined;
}

function candidates(
  [commands, mac, windows]: readonly [readonly string[], string, string],
  environment: Environment,
  platform: NodeJS.Platform,
): readonly string[] {
  if (platform === 'darwin')
    return ['/Applications', join(homedir(), 'Applications')].map((folder) =>
      join(folder, `${mac}.app/Contents/MacOS`, mac),
    );
  if (platform === 'win32')
    return [environment.PROGRAMFILES, environment['PROGRAMFILES(X86)'], environment.LOCALAPPDATA]
      .filter((folder) => folder !== undefined)
      .map((folder) => join(folder, windows));
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return commands.flatMap((command) => folders.map((folder) => join(folder, command)));
}

/** Why no window can be opened here, whatever is installed; null: it can. */
export function obstacleToWindows(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
  isRoot = process.getuid?.() === 0,
): string | null {
  if (environment.SSH_CONNECTION) return 'this is a session over SSH';
  if (platform !== 'linux') return null;
  if (!environment.DISPLAY && !environment.WAYLAND_DISPLAY) return 'this machine has no screen';
  // Without its sandbox it would; that is no way to run one.
  return isRoot ? 'browsers do not run as root' : null;
}

/** Windows of other profiles stay as they are; nothing of the network but the workbench itself. */
export function windowArguments(
  address: string,
  profile: string,
  platform: NodeJS.Platform = process.platform,
): string[] {
  return [
    `--app=${address}`,
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-extensions',
    // A training in the window goes on while it is hidden.
    '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding',
    '--disable-backgrounding-occluded-windows',
    '--window-size=1440,900',
    // Chromium has WebGPU on Linux, but keeps it behind a flag on many adapters.
    ...(platform === 'linux' ? ['--enable-unsafe-webgpu'] : []),
  ];
}

/**
 * Opens the address in a window of the browser, which lives on without us.
 * @param onFailure called when the browser ends at once with an error
 */
export function openWindow(browser: Browser, address: string, environment: Environment, onFailure: () => void): void {
  const profile = profileFolder(browser, environment);
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  const child = spawn(browser.path, windowArguments(address, profile), { detached: true, stdio: 'ignore' });
  child.once('error', onFailure);
  const started = Date.now();
  // A browser that hands the address to one that runs already ends with 0.
  child.once('exit', (code) => {
    if (code !== 0 && code !== null && Date.now() - started < startTime) onFailure();
  });
  child.unref();
}

/** Its own, so that extensions and histories have no part in the workbench. */
function profileFolder(browser: Browser, environment: Environment): string {
  return join(cacheFolder(browser, environment), 'descent', 'window');
}

function cacheFolder(browser: Browser, environment: Environment): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library/Caches');
  if (process.platform === 'win32') return environment.LOCALAPPDATA ?? join(homedir(), 'AppData/Local');
  // A browser in a snap may not write to hidden folders.
  if (isSnap(browser.path)) return join(homedir(), 'snap/chromium/common');
  const named = environment.XDG_CACHE_HOME ?? '';
  return named === '' ? join(homedir(), '.cache') : named;
}

function isSnap(path: string): boolean {
  return existsSync('/snap/bin/chromium') && realpathSync(path).includes('snap');
}
