// `npm run package`: builds everything and packs the desktop app for this system into dist/. electron-builder is fetched by npx: it needs
// a newer Node.js than the rest, so it is no dependency. What follows `--` goes to it: `npm run package -- --linux --dir`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildIfStale } from './build.mjs';
import { root } from './ensureInstalled.mjs';

const builder = 'electron-builder@26.17.0';
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(`Descent: packaging needs Node.js 22.12 or newer (${builder} does), this is ${process.versions.node}.`);
  process.exit(1);
}

buildIfStale(() => console.error('Descent: building…'));
const { makeIcons } = await import('./icons.mjs');
await makeIcons(join(root, 'out/icons'));
const { status, error } = spawnSync(
  process.platform === 'win32' ? 'npx.cmd' : 'npx',
  ['--yes', builder, '--config', 'electron-builder.config.mjs', '--publish', 'never', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' },
);
if (error) console.error(`Descent: npx could not be run: ${error.message}`);
process.exitCode = status ?? 1;
