// The thread of the data when Descent closes: it ends by itself, and none is started afterwards.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startDataWork, type StartedDataWork } from '../../../main/services/datasets/startDataWork.js';
import { temporaryFolder } from '../store/temporaryFolder.js';

/** Notes in a file that it started and that it ended by itself, which a thread that is terminated does not. */
const threadSource = `
import { appendFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
const note = (text) => appendFileSync(workerData.options.workspace, text);
note('started ');
process.on('exit', () => note('ended '));
workerData.port.on('message', ({ id }) => workerData.port.postMessage({ type: 'result', id, value: null }));
`;

function startNoting(): { readonly work: StartedDataWork; readonly notes: () => string } {
  const folder = temporaryFolder();
  const [entry, file] = [join(folder, 'thread.mjs'), join(folder, 'notes.txt')];
  writeFileSync(entry, threadSource);
  writeFileSync(file, '');
  return { work: startDataWork({ workspace: file }, entry), notes: () => readFileSync(file, 'utf8') };
}

async function callAny({ client }: StartedDataWork): Promise<unknown> {
  const [method] = Object.values(client) as ((argument: object) => Promise<unknown>)[];
  return method!({});
}

test('Data thread: closing lets it end by itself', async () => {
  const { work, notes } = startNoting();
  expect(notes()).toBe('');
  await callAny(work);
  await work.close();
  expect(notes()).toBe('started ended ');
});

test('Data thread: a call after closing is refused and starts none, whether one had run or not', async () => {
  for (const hadRun of [true, false]) {
    const { work, notes } = startNoting();
    if (hadRun) await callAny(work);
    await work.close();
    const before = notes();
    await expect(callAny(work)).rejects.toMatchObject({ code: 'call.cancelled' });
    expect(notes()).toBe(before);
  }
});
