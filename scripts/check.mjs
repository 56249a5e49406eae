// Every static check; prints the output of those that fail. Exports the number of failures for the test script.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, root } from './ensureInstalled.mjs';

const bin = (path) => join(root, 'node_modules', path);
const tsc = bin('typescript/bin/tsc');
const vueTsc = bin('vue-tsc/bin/vue-tsc.js');

/** ESLint on the files of one TypeScript project: calls for two of them run side by side and load little twice. */
const eslint = (name, ...patterns) => [
  bin('eslint/bin/eslint.js'),
  '--max-warnings=0',
  '--cache',
  `--cache-location=node_modules/.cache/eslint/${name}`,
  ...patterns,
];

/** Longest first, so that two at a time end together. */
const checks = {
  'eslint of the window (no warnings)': eslint('window', 'renderer'),
  'eslint of everything else (no warnings)': eslint('rest', '.', '--ignore-pattern=renderer/**'),
  'types of the window': [vueTsc, '-p', 'renderer', '--noEmit'],
  'types of everything else': [tsc, '-p', '.'],
  'types of engine and contract (no DOM, no Node)': [tsc, '-p', 'engine'],
  'format (prettier)': [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '--cache', '.'],
  'dependency rule': [
    bin('dependency-cruiser/bin/dependency-cruise.mjs'),
    '--config=tests/architecture/dependencyRules.mjs',
    '--output-type=err',
    ...['contract', 'engine', 'workers', 'main', 'preload', 'renderer', 'tests'].filter((name) =>
      existsSync(join(root, name)),
    ),
  ],
};

function execute([script, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => resolve({ failed: code !== 0, output }));
  });
}

/** Resolves to the number of checks that failed. */
export async function check() {
  const waiting = Object.entries(checks);
  let failures = 0;
  async function take() {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const started = Date.now();
      const { failed, output } = await execute(next[1]);
      console.log(`${failed ? '✗' : '✓'} ${next[0]}  ${((Date.now() - started) / 1000).toFixed(1)} s`);
      if (failed) console.log(output.trimEnd());
      failures += failed ? 1 : 0;
    }
  }
  await Promise.all([take(), take()]);
  return failures;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensureInstalled();
  process.exitCode = (await check()) > 0 ? 1 : 0;
}
