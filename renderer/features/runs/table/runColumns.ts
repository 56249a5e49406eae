// The columns of the runs table: which there are, what they say of a run, and the person's choice of them.
import { z } from 'zod';
import { secondsAtWork } from '../../../../contract/run.js';
import type { RunRecord } from '../../../../contract/services/runs.js';
import { formatCount, formatDuration, formatMetric, formatTime } from '../../../components/format.js';
import { runTexts } from '../../../texts/runs.js';
import type { LiveProgress } from '../runList.js';
import { statusText } from '../statusText.js';

/** `metric:val_loss`, `parameter:batch`, `curve:train_loss`, or one of the record's own. */
export type ColumnKey = string;
export type ColumnKind = 'own' | 'metric' | 'parameter' | 'curve';

export interface RunColumn {
  readonly key: ColumnKey;
  readonly kind: ColumnKind;
  readonly title: string;
  /** Of the metric or parameter. */
  readonly name: string;
  readonly width: number;
  readonly isNumber: boolean;
}

const own: readonly (readonly [name: keyof typeof runTexts.columns, width: number, isNumber: boolean])[] = [
  ['name', 200, false],
  ['status', 108, false],
  ['progress', 84, true],
  ['data', 116, false],
  ['model', 116, false],
  ['created', 120, true],
  ['duration', 92, true],
  ['epoch', 66, true],
  ['step', 78, true],
  ['backend', 82, false],
  ['seed', 56, true],
  ['tags', 150, false],
  ['notes', 200, false],
  ['run', 190, false],
];

export const ownColumns: readonly RunColumn[] = own.map(([name, width, isNumber]) => ({
  key: name,
  kind: 'own',
  title: runTexts.columns[name],
  name,
  width,
  isNumber,
}));

/** Everything that can be shown of these runs: their own columns, then metrics, parameters and curves by name. */
export function availableColumns(runs: readonly RunRecord[]): RunColumn[] {
  const metrics = new Set<string>();
  const parameters = new Set<string>();
  for (const run of runs) {
    for (const name in run.metrics) metrics.add(name);
    for (const name in run.parameters) parameters.add(name);
  }
  const named = (kind: NamedKind, names: Iterable<string>): RunColumn[] =>
    [...names].sort().map((name) => namedColumn(kind, name));
  return [...ownColumns, ...named('metric', metrics), ...named('parameter', parameters), ...named('curve', metrics)];
}

/** A column that was chosen stays even while no run has it. */
export function columnOf(key: ColumnKey, available: readonly RunColumn[]): RunColumn {
  const known = available.find((column) => column.key === key);
  if (known) return known;
  const colon = key.indexOf(':');
  return namedColumn(key.slice(0, colon) as NamedKind, key.slice(colon + 1));
}

type NamedKind = Exclude<ColumnKind, 'own'>;
const widths: Readonly<Record<NamedKind, number>> = { metric: 100, parameter: 104, curve: 132 };

function namedColumn(kind: NamedKind, name: string): RunColumn {
  const title = kind === 'curve' ? runTexts.curveOf(name) : name;
  return { key: `${kind}:${name}`, kind, title, name, width: widths[kind], isNumber: true };
}

/** What sorts and groups: numbers by size, texts without regard to case; null where there is nothing. */
export function sortValue(run: RunRecord, { kind, name }: RunColumn): number | string | null {
  if (kind === 'metric' || kind === 'curve') return run.metrics[name] ?? null;
  if (kind === 'parameter') {
    const value = run.parameters[name];
    return typeof value === 'boolean' ? Number(value) : (value ?? null);
  }
  if (name === 'progress') return run.totalSteps > 0 ? run.step / run.totalSteps : null;
  if (name === 'duration') return secondsAtWork(run);
  if (name === 'tags') return run.tags.length > 0 ? run.tags.join(' ').toLowerCase() : null;
  const value = run[name as 'name' | 'created' | 'epoch' | 'step' | 'seed'];
  return typeof value === 'string' ? value.toLowerCase() : value;
}

export function cellText(run: RunRecord, column: RunColumn, now: number): string {
  const { kind, name } = column;
  if (kind === 'metric') return name in run.metrics ? formatMetric(run.metrics[name]) : '';
  if (kind === 'curve') return '';
  if (kind === 'parameter') {
    const value = run.parameters[name];
    if (value === undefined || value === null) return '';
    return typeof value === 'number' ? formatParameter(value) : String(value);
  }
  if (name === 'created') return formatTime(run.created, now);
  if (name === 'duration') return formatSeconds(secondsAtWork(run, now));
  if (name === 'epoch') return run.epoch > 0 ? String(Math.round(run.epoch * 10) / 10) : '';
  if (name === 'step') return run.step > 0 ? formatCount(run.step) : '';
  if (name === 'progress') return run.totalSteps > 0 ? `${Math.floor((100 * run.step) / run.totalSteps)} %` : '';
  if (name === 'status') return statusText(run);
  if (name === 'tags') return run.tags.join(', ');
  return String(run[name as 'name' | 'data' | 'seed']);
}

/** Whether a cell shows its text and nothing else. */
export function isPlain({ kind, key }: RunColumn): boolean {
  return kind !== 'curve' && key !== 'name' && key !== 'status' && key !== 'progress' && key !== 'tags';
}

/** As the run goes on its step, epoch and loss are those that were told last. */
export function liveText(run: RunRecord, column: RunColumn, live: LiveProgress | undefined, now: number): string {
  if (live && column.key === 'metric:train_loss') return formatMetric(live.loss);
  return cellText(live ? { ...run, step: live.step, epoch: live.epoch } : run, column, now);
}

export function formatParameter(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(5)));
}

function formatSeconds(seconds: number | null): string {
  return seconds === null ? '' : formatDuration(seconds);
}

export const sortSchema = z.object({ column: z.string(), descending: z.boolean() });
export type SortRule = z.infer<typeof sortSchema>;

export const tableViewSchema = z.object({
  name: z.string(),
  columns: z.array(z.object({ key: z.string(), width: z.number().min(40).max(1000) })),
  /** How many of the first columns stay when one scrolls sideways. */
  pinned: z.int().min(0),
  sort: z.array(sortSchema),
  filter: z.string(),
  group: z.enum(['none', 'data', 'model']),
});
export type TableView = z.infer<typeof tableViewSchema>;

const firstColumns = ['name', 'status', 'progress', 'data', 'metric:val_loss', 'metric:val_accuracy'];
const lastColumns = ['curve:train_loss', 'model', 'parameter:learningRate', 'parameter:batch'];
const factColumns = ['duration', 'created', 'tags'];

export function defaultView(): TableView {
  const columns = [...firstColumns, ...lastColumns, ...factColumns].map((key) => ({
    key,
    width: columnOf(key, ownColumns).width,
  }));
  return {
    name: '',
    columns,
    pinned: 1,
    sort: [{ column: 'created', descending: true }],
    filter: '',
    group: 'none',
  };
}

export function withColumn(view: TableView, column: RunColumn, shown: boolean): TableView {
  const columns = view.columns.filter(({ key }) => key !== column.key);
  if (shown) return { ...view, columns: [...columns, { key: column.key, width: column.width }] };
  const at = view.columns.findIndex(({ key }) => key === column.key);
  return { ...view, columns, pinned: at >= 0 && at < view.pinned ? view.pinned - 1 : view.pinned };
}

/** Moves a column in front of another one; null: to the end. */
export function withColumnMoved(view: TableView, key: ColumnKey, before: ColumnKey | null): TableView {
  const moving = view.columns.find((column) => column.key === key);
  if (!moving || key === before) return view;
  const rest = view.columns.filter((column) => column.key !== key);
  const at = before === null ? rest.length : rest.findIndex((column) => column.key === before);
  return { ...view, columns: [...rest.slice(0, at), moving, ...rest.slice(at)] };
}

export function withWidth(view: TableView, key: ColumnKey, width: number): TableView {
  const columns = view.columns.map((column) =>
    column.key === key ? { key, width: Math.round(Math.max(48, Math.min(800, width))) } : column,
  );
  return { ...view, columns };
}

/** Up to this column everything is pinned; again: nothing is. */
export function withPinned(view: TableView, key: ColumnKey): TableView {
  const count = view.columns.findIndex((column) => column.key === key) + 1;
  return { ...view, pinned: view.pinned === count ? 0 : count };
}

/** A click sorts by this column alone and turns it around the second time; `add` keeps the other columns in front. */
export function withSort(view: TableView, column: RunColumn, add: boolean): TableView {
  const known = view.sort.find((rule) => rule.column === column.key);
  const first = column.isNumber && !/loss|error/i.test(column.name);
  const rule = { column: column.key, descending: known ? !known.descending : first };
  if (!add) return { ...view, sort: [rule] };
  return {
    ...view,
    sort: known ? view.sort.map((one) => (one.column === column.key ? rule : one)) : [...view.sort, rule],
  };
}
