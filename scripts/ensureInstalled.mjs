// Installs the dependencies when they are missing or older than the lock file. Plain Node, so that it runs on a fresh clone.
import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Descent: Node.js 20.19 or newer is needed, this is ${process.versions.node}. Install a newer Node.js.`,
  );
  process.exit(1);
}

function modified(path) {
  return statSync(new URL(`../${path}`, import.meta.url), { throwIfNoEntry: false })?.mtimeMs;
}

/** npm writes this file last, so an installation that was cut off does not count as one. A linked folder belongs to another
 * checkout, which `npm ci` would empty: it is taken as it is. */
function isInstalled() {
  if (lstatSync(new URL('../node_modules', import.meta.url), { throwIfNoEntry: false })?.isSymbolicLink()) return true;
  const installed = modified('node_modules/.package-lock.json');
  return installed !== undefined && installed >= modified('package-lock.json');
}

/** Takes the lock, or waits until whoever has it is done or dead: two installations at once would empty each other's folder. */
function takeLock(path) {
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    try {
      process.kill(Number(readFileSync(path, 'utf8')), 0);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    } catch {
      rmSync(path, { force: true });
    }
  }
}

/** Runs `npm ci` if node_modules does not correspond to package-lock.json; ends the process when that fails. */
export function ensureInstalled() {
  if (isInstalled()) return;
  mkdirSync(new URL('../out/', import.meta.url), { recursive: true });
  const lock = fileURLToPath(new URL('../out/.installing', import.meta.url));
  takeLock(lock);
  try {
    if (!isInstalled()) install();
  } finally {
    rmSync(lock, { force: true });
  }
}

function install() {
  console.error('Descent: installing dependencies (once)…');
  // npm tells its scripts where it lies; a bare `npm` is the way when this file was started by hand.
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []];
  const { status } = spawnSync(command, [...first, 'ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    // Standard output belongs to the command that the user asked for.
    stdio: ['ignore', 2, 2],
    shell: !npm && process.platform === 'win32',
    env: { ...process.env, npm_config_ignore_scripts: 'true' },
  });
  if (status !== 0) {
    console.error('Descent: `npm ci` failed; see its message above.');
    rmSync(new URL('../out/.installing', import.meta.url), { force: true });
    process.exit(1);
  }
}
