// The rows of the runs table: filtered, sorted by several columns, grouped.
import type { RunRecord } from '../../../../contract/services/runs.js';
import { sortValue, type RunColumn, type SortRule } from './runColumns.js';
import { matchesFilter, type RunFilter } from './runFilter.js';

export type TableRow =
  | { readonly kind: 'run'; readonly run: RunRecord }
  | { readonly kind: 'group'; readonly name: string; readonly count: number; readonly isOpen: boolean };

export interface RowOptions {
  readonly filter: RunFilter;
  readonly sort: readonly SortRule[];
  readonly group: 'none' | 'data' | 'model';
  /** Names of groups that are closed. */
  readonly closed: ReadonlySet<string>;
  readonly column: (key: string) => RunColumn;
}

export function rowsOf(runs: readonly RunRecord[], { filter, sort, group, closed, column }: RowOptions): TableRow[] {
  const chosen = sorted(
    runs.filter((run) => matchesFilter(run, filter)),
    sort.map((rule) => ({ ...rule, by: column(rule.column) })),
  );
  if (group === 'none') return chosen.map((run) => ({ kind: 'run', run }));
  const groups = new Map<string, RunRecord[]>();
  for (const run of chosen) {
    const list = groups.get(run[group]);
    if (list) list.push(run);
    else groups.set(run[group], [run]);
  }
  return [...groups].flatMap(([name, members]): TableRow[] => {
    const isOpen = !closed.has(name);
    const head: TableRow = { kind: 'group', name, count: members.length, isOpen };
    return isOpen ? [head, ...members.map((run): TableRow => ({ kind: 'run', run }))] : [head];
  });
}

interface Rule extends SortRule {
  readonly by: RunColumn;
}

/** Values are looked up once a run; what has none comes last, whichever way a column is sorted. */
function sorted(runs: readonly RunRecord[], rules: readonly Rule[]): RunRecord[] {
  const keyed = runs.map((run) => ({ run, keys: rules.map(({ by }) => sortValue(run, by)) }));
  keyed.sort((one, other) => {
    for (const [index, { descending }] of rules.entries()) {
      const order = compare(one.keys[index]!, other.keys[index]!, descending);
      if (order !== 0) return order;
    }
    return other.run.created < one.run.created ? -1 : 1;
  });
  return keyed.map(({ run }) => run);
}

function compare(one: number | string | null, other: number | string | null, descending: boolean): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  const order =
    typeof one === 'number' && typeof other === 'number' ? one - other : textOrder(String(one), String(other));
  return descending ? -order : order;
}

/** By code units: a collator takes ten times as long for ten thousand rows. */
function textOrder(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
