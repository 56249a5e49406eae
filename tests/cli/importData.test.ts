// `import` of data: what is told, what is kept, and how bad data is refused.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CommandContext, Terminal } from '../../main/cli/context.js';
import { runCommandLine } from '../../main/cli/runCommandLine.js';
import { loadDataSet } from '../../main/services/datasets/loadDataSet.js';
import { temporaryFolder } from '../services/store/temporaryFolder.js';

async function importInto(workspace: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const text = { out: '', err: '' };
  const terminal = (name: 'out' | 'err'): Terminal => ({ write: (part: string) => (text[name] += part) });
  const context: CommandContext = {
    out: terminal('out'),
    err: terminal('err'),
    launch: () => {
      throw new Error('no worker is to be started here');
    },
    environment: { DESCENT_WORKSPACE: workspace },
    interruption: new AbortController().signal,
  };
  return { code: await runCommandLine(['import', ...args], context), ...text };
}

const table = 'length,species\n1,rose\n2,rose\n3,lily\n2,lily\n5,\n6,rose\n';

test('Import: a table becomes a data set that trains by its id or name', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'flowers.csv'), table);
  const workspace = join(folder, 'workspace');
  const { code, out } = await importInto(workspace, join(folder, 'flowers.csv'), '--json');
  expect(code).toBe(0);
  const told = JSON.parse(out) as { dataset: string };
  expect(told).toMatchObject({ name: 'flowers', examples: 5, task: 'classification', status: 'finished' });
  for (const name of [told.dataset, 'flowers']) expect((await loadDataSet(name, { workspace })).dataSet.count).toBe(5);
  const second = await importInto(workspace, join(folder, 'flowers.csv'), '--target', 'length', '--name', 'lengths');
  expect(second.out).toMatch(/^Imported data set lengths-[0-9a-f]{12}: 6 examples, classification\./);
});

test.each<[string, (folder: string) => string, number, RegExp]>([
  ['nothing there', (folder) => join(folder, 'nothing.csv'), 4, /no such file, folder or example/],
  [
    'a ragged table',
    (folder) => {
      writeFileSync(join(folder, 'bad.csv'), 'a,b\n1,x\n2\n3,y\n');
      return join(folder, 'bad.csv');
    },
    3,
    /bad\.csv: line 3: every row must have 2 fields/,
  ],
  [
    'an empty folder',
    (folder) => {
      mkdirSync(join(folder, 'empty'));
      return join(folder, 'empty');
    },
    3,
    /the folder is empty/,
  ],
])('Import: %s is refused with its reason', async (_, prepare, expected, message) => {
  const folder = temporaryFolder();
  const workspace = join(folder, 'workspace');
  const { code, err } = await importInto(workspace, prepare(folder));
  expect(code).toBe(expected);
  expect(err).toMatch(message);
  expect(existsSync(join(workspace, 'datasets'))).toBe(false);
});
