// Runs that come in pages while changes are told: what is shown when, and that nothing is lost or comes back.
import { expect, test } from 'vitest';
import type { RunRecord } from '../../../contract/services/runs.js';
import { KnownRuns } from '../../../renderer/features/runs/knownRuns.js';

const run = (id: string, name = id): RunRecord => ({ run: id, name }) as RunRecord;
const names = ({ runs }: KnownRuns): string[] => [...runs.values()].map(({ name }) => name);

test('the first page is shown at once, the rest when all of them are there', () => {
  const known = new KnownRuns();
  known.begin();
  known.add([run('1'), run('2')]);
  const first = known.runs;
  expect(names(known)).toEqual(['1', '2']);
  known.add([run('3')]);
  expect(known.runs).toBe(first);
  expect(known.isWhole).toBe(false);
  known.end();
  expect(names(known)).toEqual(['1', '2', '3']);
  expect(known.isWhole).toBe(true);
});

test('a change before the first page is not shown alone, and does not keep the page from being shown', () => {
  const known = new KnownRuns();
  known.begin();
  known.change([run('new')], []);
  expect(names(known)).toEqual([]);
  known.add([run('1')]);
  expect(names(known)).toEqual(['new', '1']);
});

test('changes between pages are shown and outlive the reading', () => {
  const known = new KnownRuns();
  known.begin();
  known.add([run('1'), run('2')]);
  known.change([run('1', 'renamed'), run('0')], ['2']);
  expect(names(known)).toEqual(['renamed', '0']);
  known.add([run('3')]);
  known.end();
  expect(names(known)).toEqual(['renamed', '0', '3']);
});

test('reading anew shows what was known until all is there; what was given up leaves no trace', () => {
  const known = new KnownRuns();
  known.begin();
  known.add([run('1')]);
  known.end();
  known.begin();
  known.add([run('2')]);
  known.giveUp();
  expect(names(known)).toEqual(['1']);
  known.begin();
  known.add([run('2')]);
  expect(names(known)).toEqual(['1']);
  known.end();
  expect(names(known)).toEqual(['2']);
});
