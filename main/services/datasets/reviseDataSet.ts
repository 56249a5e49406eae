// New versions of a data set over the same files: another target, other inputs, another split.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { SplitChoice } from '../../../contract/services/datasets.js';
import { classNamesOf, type Column, type DataSet, type TaskKind } from '../../../engine/data/dataSet.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { tensor, type Tensor } from '../../../engine/ir/tensor.js';
import { makeSplit, partNames } from '../../../engine/data/split.js';
import { writeAtomic } from '../../store/atomicFile.js';
import type { DataSetDescription, ReaderOf } from './description.js';
import { npyPieces } from './npy.js';
import { classColumnOf } from './openDataSet.js';
import { readDataSet } from './readDataSet.js';

export interface RolesChoice {
  readonly target: string;
  readonly inputs: readonly string[];
  readonly task?: TaskKind | undefined;
}

type Stored = ReaderOf<'stored'>;

/**
 * The description and the data set with these roles. A column of numbers becomes one of categories (or the other way round) where the
 * task needs that; its new file is added to the folder.
 * @throws EngineError `data.column`, `data.target`, …: nothing that counts has changed then
 */
export async function withRoles(
  folder: string,
  dataSet: DataSet,
  description: DataSetDescription,
  choice: RolesChoice,
): Promise<{ description: DataSetDescription; dataSet: DataSet }> {
  const target = requireColumn(dataSet, choice.target);
  for (const name of choice.inputs) requireColumn(dataSet, name);
  const task = choice.task ?? taskOf(dataSet, target);
  if (task !== 'languageModel' && choice.inputs.includes(choice.target))
    throw fault(dataSet, `the target '${choice.target}' cannot be an input: a model would copy it`);
  const reader = await retyped(folder, description.reader as Stored, target, task);
  const revised = { ...description, task, target: choice.target, inputs: [...choice.inputs], reader };
  const split = splitFor(revised, task);
  return { description: { ...revised, split }, dataSet: await readDataSet(folder, { ...revised, split }) };
}

function fault(dataSet: DataSet, text: string): EngineError {
  return new EngineError('data.target', `Data set '${dataSet.name}': ${text}`);
}

function requireColumn(dataSet: DataSet, name: string): Column {
  const column = dataSet.columns.find((candidate) => candidate.name === name);
  if (column) return column;
  throw new EngineError(
    'data.column',
    `Data set '${dataSet.name}': there is no column '${name}'; it has ${dataSet.columns.map((other) => `'${other.name}'`).join(', ')}`,
  );
}

function taskOf(dataSet: DataSet, target: Column): TaskKind {
  if (target.type === 'category') return 'classification';
  if (target.type === 'number') return dataSet.kind === 'timeSeries' ? 'forecast' : 'regression';
  if (target.type === 'windows') return 'languageModel';
  throw fault(dataSet, `'${target.name}' holds ${target.type}s; only numbers and categories can be predicted`);
}

/** A split by classes needs classes. */
function splitFor({ split }: DataSetDescription, task: TaskKind): DataSetDescription['split'] {
  return split.method === 'stratified' && task !== 'classification' ? { ...split, method: 'random' } : split;
}

const mostClasses = 1000;

async function retyped(folder: string, reader: Stored, target: Column, task: TaskKind): Promise<Stored> {
  const needed = task === 'classification' ? 'category' : task === 'languageModel' ? 'windows' : 'number';
  if (target.type === needed) return reader;
  if (needed === 'category' && target.type === 'number') {
    const names = [...new Set(target.values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
    if (names.length > mostClasses)
      throw new EngineError(
        'data.target',
        `Column '${target.name}': ${names.length} different numbers are too many to be classes (at most ${mostClasses}); predict it as a number`,
      );
    const codes = new Map(names.map((value, code) => [value, code]));
    const array = tensor(
      'int32',
      [target.values.length],
      Int32Array.from(target.values, (v) => codes.get(v) ?? -1),
    );
    return replaced(folder, reader, target.name, array, { type: 'category', categories: names.map(String) });
  }
  if (needed === 'number' && target.type === 'category') {
    const values = target.categories.map((name) => (name.trim() === '' ? NaN : Number(name)));
    const wrong = target.categories.find((_, code) => !Number.isFinite(values[code]));
    if (wrong !== undefined)
      throw new EngineError(
        'data.target',
        `Column '${target.name}': to be predicted as a number its values must be numbers, got '${wrong}'`,
      );
    const array = tensor(
      'float64',
      [target.codes.length],
      Float64Array.from(target.codes, (code) => values[code] ?? NaN),
    );
    return replaced(folder, reader, target.name, array, { type: 'number' });
  }
  throw new EngineError('data.target', `Column '${target.name}': ${task} cannot predict a column of ${target.type}s`);
}

type NewType = { readonly type: 'number' } | { readonly type: 'category'; readonly categories: readonly string[] };

/** The column's old file stays for the versions that use it. */
async function replaced(folder: string, reader: Stored, name: string, array: Tensor, type: NewType): Promise<Stored> {
  const old = reader.columns.find((column) => column.name === name)!;
  const file = old.file.replace(/(-as-\w+)?\.npy$/, `-as-${type.type}.npy`);
  await writeAtomic(join(folder, file), npyPieces(array));
  const column =
    type.type === 'number'
      ? { type: 'number' as const, name, file }
      : { type: 'category' as const, name, file, categories: [...type.categories] };
  return {
    ...reader,
    columns: reader.columns.map((other) => (other === old ? column : other)),
    content: createHash('sha256')
      .update(JSON.stringify([reader.content, column]))
      .digest('hex'),
  };
}

export interface SplitTrial {
  readonly sizes: { readonly train: number; readonly val: number; readonly test: number };
  readonly classCounts: readonly {
    readonly name: string;
    readonly train: number;
    readonly val: number;
    readonly test: number;
  }[];
}

/** @throws EngineError `data.split` */
export function trySplit(dataSet: DataSet, choice: SplitChoice): SplitTrial {
  const split = makeSplit(dataSet, choice);
  const codes = classColumnOf(dataSet)?.codes;
  const counts = classNamesOf(dataSet).map((name) => ({ name, train: 0, val: 0, test: 0 }));
  for (const part of partNames)
    if (codes) for (const example of split[part]) if (codes[example]! >= 0) counts[codes[example]!]![part]++;
  return {
    sizes: { train: split.train.length, val: split.val.length, test: split.test.length },
    classCounts: counts,
  };
}
