// A data set in memory, as read: named columns over the same examples, the roles they play, and where it came from.
// Everything is plain data (structured-cloneable), so that it can be handed to a worker as it is.
import type { Diagnostic } from '../ir/diagnostic.js';
import type { DType, TypedArrays } from '../ir/dtype.js';
import { sizeOf } from '../ir/shape.js';

export const taskKinds = ['classification', 'regression', 'languageModel', 'forecast'] as const;
export type TaskKind = (typeof taskKinds)[number];

export const dataKinds = ['image', 'tabular', 'sequence', 'text', 'timeSeries'] as const;
export type DataKind = (typeof dataKinds)[number];

/** Measurements; NaN where missing. */
export interface NumberColumn {
  readonly type: 'number';
  readonly name: string;
  readonly values: Float64Array;
  /** They are days since 1970-01-01 (UTC). */
  readonly isDate?: true;
}

/** One of a list; code −1 where missing. */
export interface CategoryColumn {
  readonly type: 'category';
  readonly name: string;
  readonly codes: Int32Array;
  readonly categories: readonly string[];
}

/** A text an example. */
export interface TextColumn {
  readonly type: 'text';
  readonly name: string;
  readonly values: readonly string[];
}

/** An array an example, row-major, examples outermost; images are channels × height × width. */
export interface ArrayColumn<D extends DType = DType> {
  readonly type: 'array';
  readonly name: string;
  readonly dtype: D;
  /** Of one example. */
  readonly shape: readonly number[];
  readonly data: TypedArrays[D];
}

/** One long text as Unicode code points; example i is the window of `length` that starts at `i × stride`. */
export interface WindowsColumn {
  readonly type: 'windows';
  readonly name: string;
  readonly points: Int32Array;
  readonly length: number;
  readonly stride: number;
}

export type Column = NumberColumn | CategoryColumn | TextColumn | ArrayColumn | WindowsColumn;

export interface DataSet {
  readonly name: string;
  readonly kind: DataKind;
  readonly task: TaskKind;
  /** Number of examples. */
  readonly count: number;
  readonly columns: readonly Column[];
  /** Names of the columns that a model reads. */
  readonly inputs: readonly string[];
  /** Name of the column that it predicts; for a language model the input itself. */
  readonly target: string;
  /** Given parts: 0 train, 1 val, 2 test, an element an example. */
  readonly parts?: Uint8Array;
  /** SHA-256, hexadecimal, of the content and of the roles. */
  readonly hash: string;
  /** What reading changed: rows left out, files that could not be read. */
  readonly remarks: readonly string[];
}

export function findColumn(dataSet: DataSet, name: string): Column | undefined {
  return dataSet.columns.find((column) => column.name === name);
}

export function inputColumns(dataSet: DataSet): Column[] {
  return dataSet.inputs.map((name) => findColumn(dataSet, name)).filter((column) => column !== undefined);
}

/** Class names in the order of the target's codes; empty unless the target is a category. */
export function classNamesOf(dataSet: DataSet): readonly string[] {
  const target = findColumn(dataSet, dataSet.target);
  return target?.type === 'category' ? target.categories : [];
}

/** How many examples a column holds. */
export function lengthOf(column: Column): number {
  switch (column.type) {
    case 'number':
    case 'text':
      return column.values.length;
    case 'category':
      return column.codes.length;
    case 'array':
      return column.data.length / Math.max(1, sizeOf(column.shape));
    case 'windows':
      return windowCount(column.points.length, column.length, column.stride);
  }
}

/** Windows of `length` whose successor by one still lies in a text of `points` characters. */
export function windowCount(points: number, length: number, stride: number): number {
  return points <= length ? 0 : Math.floor((points - 1 - length) / stride) + 1;
}

/** Everything that keeps a data set from being trained on; empty when nothing does. */
export function checkDataSet(dataSet: DataSet): Diagnostic[] {
  const faults: Diagnostic[] = [];
  const fault = (code: string, path: string, text: string) =>
    faults.push({
      code: `data.${code}`,
      severity: 'error',
      message: `Data set '${dataSet.name}': ${text}`,
      place: { path },
    });
  if (dataSet.count < 3)
    fault('tooFew', 'count', `at least 3 examples are needed to train and test, got ${dataSet.count}`);
  for (const column of dataSet.columns)
    if (lengthOf(column) !== dataSet.count)
      fault(
        'length',
        column.name,
        `column '${column.name}' must hold ${dataSet.count} examples, got ${lengthOf(column)}`,
      );
  if (dataSet.inputs.length === 0) fault('noInput', 'inputs', 'at least one input column is needed, got none');
  for (const name of dataSet.inputs)
    if (!findColumn(dataSet, name))
      fault('column', name, `input column '${name}' does not exist; it has ${namesOf(dataSet)}`);
  const target = findColumn(dataSet, dataSet.target);
  if (!target)
    fault('column', 'target', `target column '${dataSet.target}' does not exist; it has ${namesOf(dataSet)}`);
  else for (const text of targetFaults(dataSet, target)) fault('target', dataSet.target, text);
  return faults;
}

function namesOf(dataSet: DataSet): string {
  return dataSet.columns.map((column) => `'${column.name}'`).join(', ');
}

const targetTypes: Readonly<Record<TaskKind, Column['type']>> = {
  classification: 'category',
  regression: 'number',
  forecast: 'number',
  languageModel: 'windows',
};

function* targetFaults(dataSet: DataSet, target: Column): Iterable<string> {
  const expected = targetTypes[dataSet.task];
  if (target.type !== expected) {
    yield `${dataSet.task} needs a target of type ${expected}, got '${target.name}' of type ${target.type}`;
  } else if (target.type === 'category') {
    const distinct = new Set(target.codes);
    if (distinct.size < 2 && dataSet.count > 0)
      yield `classification needs at least 2 classes in '${target.name}', got only '${target.categories[target.codes[0]!] ?? ''}'`;
    const outside = target.codes.findIndex((code) => code < 0 || code >= target.categories.length);
    if (outside >= 0)
      yield `labels must lie in 0 to ${target.categories.length - 1}, got ${target.codes[outside]!} at example ${outside}`;
  } else if (target.type === 'number') {
    const outside = target.values.findIndex((value) => !Number.isFinite(value));
    if (outside >= 0) yield `targets must be finite, got ${target.values[outside]!} at example ${outside}`;
  }
}
