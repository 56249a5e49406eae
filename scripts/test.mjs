// `npm test`: every static check, then the tests; ends with a line `N passed, N failed`. With arguments: only vitest, with these.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './check.mjs';
import { ensureChromium } from './ensureChromium.mjs';
import { ensureInstalled, root } from './ensureInstalled.mjs';

ensureInstalled();
const noChromium = ensureChromium();
const chosen = process.argv.slice(2);
const failedChecks = chosen.length > 0 ? 0 : await check();

const report = join(root, 'node_modules/.cache/tests.json');
rmSync(report, { force: true });
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...chosen,
  ],
  { cwd: root, stdio: 'inherit' },
);

/** A file that does not even load has no tests in the report: it counts as one failure. */
function count() {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
    const tests = testResults.flatMap((file) => file.assertionResults);
    return { passed: numPassedTests, failed: numFailedTests + broken, withoutGpu: reasonsSkipped(tests) };
  } catch {
    return { passed: 0, failed: 0, withoutGpu: new Map() };
  }
}

/** How many tests were skipped for want of a GPU, by reason: it stands in the names of their groups. */
function reasonsSkipped(tests) {
  const counts = new Map();
  for (const { status: outcome, ancestorTitles } of tests) {
    const reason = /\[needs a GPU: (.*)\]$/.exec(ancestorTitles.at(0) ?? '')?.[1];
    if (reason !== undefined && (outcome === 'skipped' || outcome === 'pending'))
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return counts;
}

const { passed, failed, withoutGpu } = count();
// A run that failed without a failed test (a crash, an unhandled error) must not read as a success.
const unexplained = status !== 0 && failed === 0 ? 1 : 0;
if (noChromium !== undefined) console.log(noChromium);
for (const [reason, tests] of withoutGpu)
  console.log(`${tests} tests were skipped, they need a GPU: ${reason.replace(/^GPU: /, '')}`);
if (failedChecks > 0) console.log(`${failedChecks} of the static checks failed, see above.`);
console.log(`${passed} passed, ${failed + failedChecks + unexplained} failed`);
process.exitCode = status !== 0 || failedChecks > 0 ? 1 : 0;
