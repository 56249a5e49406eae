// The runs table: columns and what becomes of them, rows in order and in groups, choosing rows.
import { describe, expect, it } from 'vitest';
import { madeUpRun } from '../../bench/manyRuns.js';
import type { RunRecord } from '../../../contract/services/runs.js';
import { applyColumnChoice, columnMenu } from '../../../renderer/features/runs/table/columnMenu.js';
import { parseFilter } from '../../../renderer/features/runs/table/runFilter.js';
import {
  availableColumns,
  cellText,
  columnOf,
  defaultView,
  sortValue,
  tableViewSchema,
  withColumn,
  withColumnMoved,
  withPinned,
  withSort,
  withWidth,
  type TableView,
} from '../../../renderer/features/runs/table/runColumns.js';
import { keepRows, moveCursor, noSelection, selectRow } from '../../../renderer/features/runs/table/rowSelection.js';
import { rowsOf } from '../../../renderer/features/runs/table/tableRows.js';

const runs: readonly RunRecord[] = Array.from({ length: 40 }, (_, index) => ({
  ...madeUpRun(index),
  notes: '',
  archived: false,
}));
const available = availableColumns(runs);
const column = (key: string) => columnOf(key, available);
const view = defaultView();

describe('Columns', () => {
  it('are the own ones, then metrics, parameters and curves that some run has', () => {
    const keys = available.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(['name', 'metric:val_loss', 'parameter:batch', 'curve:val_loss']));
    expect(keys.indexOf('metric:val_loss')).toBeGreaterThan(keys.indexOf('run'));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('can be hidden, shown, moved, made wider and pinned; the state is what the schema keeps', () => {
    let changed: TableView = withColumn(view, column('status'), false);
    expect(changed.columns.map(({ key }) => key)).not.toContain('status');
    changed = withColumn(changed, column('parameter:batch'), true);
    changed = withColumnMoved(changed, 'tags', 'data');
    const keys = changed.columns.map(({ key }) => key);
    expect(keys.indexOf('tags')).toBe(keys.indexOf('data') - 1);
    changed = withWidth(changed, 'tags', 5);
    expect(changed.columns.find(({ key }) => key === 'tags')!.width).toBe(48);
    changed = withPinned(changed, 'progress');
    expect(changed.pinned).toBe(2);
    expect(withPinned(changed, 'progress').pinned).toBe(0);
    expect(tableViewSchema.parse(JSON.parse(JSON.stringify(changed)))).toEqual(changed);
  });

  it('take their pin with them when they are hidden', () => {
    const pinned = withPinned(view, 'status');
    expect(pinned.pinned).toBe(2);
    expect(withColumn(pinned, column('status'), false).pinned).toBe(1);
    expect(withColumn(pinned, column('tags'), false).pinned).toBe(2);
  });

  it('are taken out of the order by the menu, where there are several', () => {
    const sorted = withSort(withSort(view, column('data'), false), column('metric:val_loss'), true);
    expect(columnMenu(sorted, column('data')).map(({ key }) => key)).toContain('unsort');
    const left = applyColumnChoice(sorted, column('data'), 'unsort');
    expect(left.sort.map((rule) => rule.column)).toEqual(['metric:val_loss']);
    expect(columnMenu(left, column('metric:val_loss')).map(({ key }) => key)).not.toContain('unsort');
  });

  it('stay when no run has their metric any more', () => {
    expect(columnOf('metric:gone', available)).toMatchObject({ kind: 'metric', name: 'gone', title: 'gone' });
  });

  it('move to both sides by the menu', () => {
    const keys = (changed: TableView): string[] => changed.columns.map(({ key }) => key);
    const right = applyColumnChoice(view, column('name'), 'right');
    expect(keys(right).slice(0, 2)).toEqual(['status', 'name']);
    expect(keys(applyColumnChoice(right, column('name'), 'left'))).toEqual(keys(view));
  });

  it('sort by one, turned around by a second click, or by several', () => {
    const once = withSort(view, column('metric:val_accuracy'), false);
    expect(once.sort).toEqual([{ column: 'metric:val_accuracy', descending: true }]);
    expect(withSort(view, column('metric:val_loss'), false).sort[0]!.descending).toBe(false);
    const twice = withSort(once, column('metric:val_accuracy'), false);
    expect(twice.sort).toEqual([{ column: 'metric:val_accuracy', descending: false }]);
    const both = withSort(once, column('data'), true);
    expect(both.sort.map((rule) => rule.column)).toEqual(['metric:val_accuracy', 'data']);
  });

  it('say durations, shares and figures in words', () => {
    const run = {
      ...runs[0]!,
      started: '2026-01-01T00:00:00Z',
      ended: '2026-01-01T00:03:20Z',
      step: 50,
      totalSteps: 200,
    };
    expect(cellText(run, column('duration'), 0)).toBe('3 min 20 s');
    expect(cellText(run, column('progress'), 0)).toBe('25 %');
    expect(sortValue(run, column('duration'))).toBe(200);
  });
});

describe('Rows', () => {
  const options = {
    filter: parseFilter(''),
    sort: view.sort,
    group: 'none' as const,
    closed: new Set<string>(),
    column,
  };

  it('come in the order of several columns; runs without a value come last either way', () => {
    const some = runs.slice(0, 6).map((run, index) => ({
      ...run,
      data: index < 3 ? 'b' : 'a',
      metrics: index === 1 ? {} : { val_loss: index },
    }));
    const order = (descending: boolean): (string | number)[] =>
      rowsOf(some, {
        ...options,
        sort: [
          { column: 'data', descending: false },
          { column: 'metric:val_loss', descending },
        ],
      }).map((row) => (row.kind === 'run' ? some.findIndex(({ run }) => run === row.run.run) : row.name));
    expect(order(false)).toEqual([3, 4, 5, 0, 2, 1]);
    expect(order(true)).toEqual([5, 4, 3, 2, 0, 1]);
  });

  it('stand in groups that can be closed', () => {
    const grouped = rowsOf(runs, { ...options, group: 'data' });
    const heads = grouped.filter((row) => row.kind === 'group');
    expect(heads.reduce((sum, head) => sum + head.count, 0)).toBe(runs.length);
    expect(grouped).toHaveLength(runs.length + heads.length);
    const closed = new Set([heads[0]!.name]);
    expect(rowsOf(runs, { ...options, group: 'data', closed })).toHaveLength(grouped.length - heads[0]!.count);
  });
});

describe('Choosing rows', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];

  it('takes one, more, and ranges from where one began', () => {
    let selection = selectRow(noSelection, ids, 'b', 'only');
    selection = selectRow(selection, ids, 'd', 'range');
    expect([...selection.chosen]).toEqual(['b', 'c', 'd']);
    selection = selectRow(selection, ids, 'a', 'range');
    expect([...selection.chosen]).toEqual(['a', 'b']);
    selection = selectRow(selection, ids, 'e', 'toggle');
    expect([...selection.chosen]).toEqual(['a', 'b', 'e']);
    expect([...selectRow(selection, ids, 'e', 'toggle').chosen]).toEqual(['a', 'b']);
  });

  it('moves by keys and stops at the ends', () => {
    let selection = moveCursor(noSelection, ids, 1, false);
    expect(selection.cursor).toBe('a');
    selection = moveCursor(moveCursor(selection, ids, 1, true), ids, 1, true);
    expect([...selection.chosen]).toEqual(['a', 'b', 'c']);
    expect(moveCursor(selection, ids, Infinity, false).cursor).toBe('e');
  });

  it('forgets what is gone', () => {
    const selection = selectRow(selectRow(noSelection, ids, 'b', 'only'), ids, 'd', 'range');
    expect(keepRows(selection, new Set(['c', 'd']))).toEqual({
      chosen: new Set(['c', 'd']),
      cursor: 'd',
      anchor: null,
    });
  });
});
