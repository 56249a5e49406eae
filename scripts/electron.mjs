// The desktop host in development: finds Electron's program, fetches it once in bounded time, and starts it.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './ensureInstalled.mjs';

const folder = join(root, 'node_modules/electron');
/** When fetching last failed: the next starts do not wait for it again. */
const failure = join(root, 'node_modules/.cache/descent/electron-not-fetched');
const day = 86_400_000;
/** Milliseconds for an answer of the server, and for the whole of some 110 MB. */
const answerLimit = 3_000;
const fetchLimit = 180_000;
/** Milliseconds in which Electron says that it runs. */
const startLimit = 20_000;

/** Whether a window could be seen, and be run safely. */
function hasScreen(environment = process.env, platform = process.platform) {
  if (environment.SSH_CONNECTION) return false;
  if (platform !== 'linux') return true;
  return Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY) && process.getuid() !== 0;
}

/** Electron's program; undefined where it is not there. */
export function electronProgram() {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist');
  try {
    const program = join(dist, readFileSync(join(folder, 'path.txt'), 'utf8').trim());
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

function failedLately() {
  const failed = statSync(failure, { throwIfNoEntry: false });
  return failed !== undefined && Date.now() - failed.mtimeMs < day;
}

async function isReachable() {
  const mirror =
    process.env.ELECTRON_MIRROR ??
    process.env.npm_config_electron_mirror ??
    'https://github.com/electron/electron/releases/';
  try {
    await fetch(mirror, { method: 'HEAD', signal: AbortSignal.timeout(answerLimit) });
    return true;
  } catch {
    return false;
  }
}

/** Resolves to whether the package's own installer brought the program. */
function install() {
  console.error('Descent: fetching Electron (about 110 MB, once)…');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(folder, 'install.js')], { stdio: 'ignore', timeout: fetchLimit });
    child.once('error', () => resolve(false));
    child.once('close', () => resolve(electronProgram() !== undefined));
  });
}

async function fetchProgram() {
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD || failedLately() || !existsSync(join(folder, 'install.js'))) return;
  if ((await isReachable()) && (await install())) return;
  mkdirSync(dirname(failure), { recursive: true });
  writeFileSync(failure, 'Remove this file to try again.\n');
  console.error('Descent: Electron cannot be fetched here; a browser shows the workbench instead.');
}

/** Resolves to whether Electron runs; it then goes on by itself, and this process ends with it. */
function launch(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, [join(root, 'out/main/electron.js'), ...args], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), startLimit);
    let runs = false;
    child.once('message', () => {
      runs = true;
      clearTimeout(timer);
      resolve(true);
    });
    child.once('error', () => resolve(false));
    child.once('close', (code) => {
      clearTimeout(timer);
      // It ends with 0 without a word when another window has the workspace.
      if (runs || code === 0) process.exitCode = code ?? 1;
      resolve(runs || code === 0);
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => runs && child.kill(signal));
  });
}

/** Resolves to whether the app is shown by Electron. */
export async function openInElectron(args) {
  if (!hasScreen()) return false;
  if (!electronProgram()) await fetchProgram();
  const program = electronProgram();
  if (program === undefined) return false;
  if (await launch(program, args)) return true;
  console.error('Descent: Electron did not start; a browser shows the workbench instead.');
  return false;
}

/** Why Electron's tests cannot run here; undefined where they can. */
export function electronObstacle() {
  if (!electronProgram()) return "needs Electron's program, which is not installed here";
  return hasScreen() ? undefined : 'needs a screen and an ordinary user';
}
