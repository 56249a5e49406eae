// Builds the main side (command line, worker processes) into out/main, the web workers into out/web and the window into
// out/window; `buildIfStale` does nothing when out is up to date. `--out DIR` builds into another folder, `--only PART` one part.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureInstalled, root } from './ensureInstalled.mjs';

const script = fileURLToPath(import.meta.url);
const sources = ['contract', 'engine', 'workers', 'main', 'preload', 'renderer'];
const stamp = join(root, 'out/main/.built');
const lock = join(root, 'out/.building');

function newestSource(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // A folder's own time tells of files that were removed or renamed.
    if (entry.isDirectory()) newest = Math.max(newest, statSync(path).mtimeMs, newestSource(path));
    else if (/\.(ts|vue|css|html|json|svg)$/.test(entry.name)) newest = Math.max(newest, statSync(path).mtimeMs);
  }
  return newest;
}

function isStale() {
  const built = Number(readText(stamp) ?? 0);
  const files = ['electron.vite.config.ts', 'package-lock.json'].map((name) => statSync(join(root, name)).mtimeMs);
  return Math.max(...files, ...sources.map((name) => newestSource(join(root, name)))) > built;
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Only one process builds at a time; the others wait and then look again whether there is anything left to do. */
async function withLock(work) {
  mkdirSync(join(root, 'out'), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const owner = Number(readText(lock));
      if (owner && !isRunning(owner)) rmSync(lock, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Chunk names carry a hash and old ones are kept for a day: a process that is running still finds what it was built with. */
function removeOldChunks(folder) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (Date.now() - statSync(path).mtimeMs > 86_400_000) rmSync(path, { force: true });
  }
}

async function build(only) {
  const started = Date.now();
  // Whoever builds: under another name (test runners set one) libraries bring their slow, talkative halves.
  process.env.NODE_ENV = 'production';
  const { build: viteBuild, loadConfigFromFile } = await import('vite');
  const loaded = await loadConfigFromFile(
    { command: 'build', mode: 'production' },
    join(root, 'electron.vite.config.ts'),
    root,
    'silent',
  );
  for (const [name, part] of Object.entries(loaded.config)) {
    if (only && name !== only) continue;
    await viteBuild({ root, ...part, configFile: false, logLevel: 'error' });
    removeOldChunks(join(part.build.outDir, 'chunks'));
  }
  if (!only && !process.env.DESCENT_OUT) writeFileSync(stamp, String(started));
}

/**
 * In a process of its own: the gigabyte that a build takes would stay with whoever goes on to serve. Ends this one where it fails.
 * @param announce is told when there is something to build: it takes a while
 */
export function buildIfStale(announce = () => undefined) {
  ensureInstalled();
  if (!isStale()) return;
  announce('Descent: building the app (after each update)…');
  // Standard output belongs to the command that the user asked for.
  const { status } = spawnSync(process.execPath, [script, '--if-stale'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensureInstalled();
  const option = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
  const parts = { window: 'renderer', main: 'main', web: 'web' };
  const only = option('--only') && parts[option('--only')];
  if (option('--out')) {
    process.env.DESCENT_OUT = resolve(option('--out'));
    await build(only);
  } else if (process.argv.includes('--if-stale')) await withLock(async () => isStale() && (await build()));
  else await withLock(() => build(only));
}
