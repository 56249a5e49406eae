// A description and its files become a data set: the reader runs, rows without a target are left out, roles are settled.
import { join } from 'node:path';
import type { Hash } from 'node:crypto';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { allocate, type DType } from '../../../engine/ir/dtype.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { element, type Tensor } from '../../../engine/ir/tensor.js';
import {
  checkDataSet,
  lengthOf,
  type CategoryColumn,
  type Column,
  type DataSet,
} from '../../../engine/data/dataSet.js';
import { decodeIdx } from './decodeIdx.js';
import type { DataSetDescription, ReaderOf } from './description.js';
import { identityOf } from './versionHash.js';
import type { TableContext } from './duckTable.js';
import { decodeNpy, decodeNpz } from './npy.js';
import { dataFault, gibibyte, newHash, readBounded, readMaybeGzip } from './readBounded.js';
import { readTable } from './readCsv.js';
import { readImageFolder, readTiles } from './readImages.js';
import { readStored } from './storedColumns.js';

interface Table {
  readonly columns: readonly Column[];
  readonly parts?: Uint8Array;
  readonly remarks?: readonly string[];
}

const mostUnpacked = 2 * gibibyte - 1;
const mostText = 256 * 2 ** 20;

/**
 * Reads all of a data set into memory. `folder` is where the description's files are.
 * @throws EngineError located by file, line or column; with all faults as diagnostics when the content cannot be trained on.
 */
export async function readDataSet(
  folder: string,
  description: DataSetDescription,
  context: TableContext = {},
): Promise<DataSet> {
  const hash = newHash();
  const table = await readFiles(folder, description, hash, context);
  const { target, inputs } = rolesOf(description, table.columns);
  hash.update(identityOf({ ...description, target, inputs: [...inputs] }));
  const whole: DataSet = {
    name: description.name,
    kind: description.kind,
    task: description.task,
    count: table.columns[0] ? lengthOf(table.columns[0]) : 0,
    columns: table.columns,
    inputs,
    target,
    ...(table.parts ? { parts: table.parts } : {}),
    hash: hash.digest('hex'),
    remarks: [...(description.remarks ?? []), ...(table.remarks ?? [])],
  };
  const dataSet = withoutMissingTargets(whole);
  const faults = checkDataSet(dataSet);
  if (faults[0])
    throw new EngineError(faults[0].code, faults.map((fault) => fault.message).join('\n'), faults[0].place, faults);
  return dataSet;
}

async function readFiles(
  folder: string,
  { reader }: DataSetDescription,
  hash: Hash,
  context: TableContext,
): Promise<Table> {
  switch (reader.kind) {
    case 'csv':
    case 'parquet':
    case 'json':
      return readTable(join(folder, reader.file), reader, hash, context);
    case 'idx':
      return readIdx(folder, reader, hash);
    case 'tiles':
      return readTiles(join(folder, reader.file), reader, hash);
    case 'imageFolder':
      return readImageFolder(join(folder, reader.folder ?? '.'), reader, hash);
    case 'text':
      return readText(join(folder, reader.file), reader, hash);
    case 'npy':
      return readArrays(folder, reader, hash);
    case 'stored':
      return readStored(folder, reader, reader.content === undefined ? hash : undefined);
  }
}

function rolesOf(
  description: DataSetDescription,
  columns: readonly Column[],
): { target: string; inputs: readonly string[] } {
  const target = description.target ?? columns.at(-1)?.name ?? '';
  const others = columns.filter((column) => column.name !== target).map((column) => column.name);
  return { target, inputs: description.inputs ?? (description.task === 'languageModel' ? [target] : others) };
}

/** Rows whose target is missing are left out and counted. */
function withoutMissingTargets(dataSet: DataSet): DataSet {
  const target = dataSet.columns.find((column) => column.name === dataSet.target);
  const missing = (row: number) =>
    target?.type === 'number'
      ? Number.isNaN(target.values[row])
      : target?.type === 'category' && target.codes[row] === -1;
  const kept = Int32Array.from({ length: dataSet.count }, (_, row) => row).filter((row) => !missing(row));
  const dropped = dataSet.count - kept.length;
  if (dropped === 0) return dataSet;
  return {
    ...dataSet,
    count: kept.length,
    columns: dataSet.columns.map((column) => selectRows(column, kept)),
    ...(dataSet.parts ? { parts: Uint8Array.from(kept, (row) => dataSet.parts![row]!) } : {}),
    remarks: [...dataSet.remarks, `${dropped} rows without a value of '${dataSet.target}' were left out`],
  };
}

function selectRows(column: Column, rows: Int32Array): Column {
  switch (column.type) {
    case 'number':
      return { ...column, values: Float64Array.from(rows, (row) => column.values[row]!) };
    case 'category':
      return { ...column, codes: rows.map((row) => column.codes[row]!) };
    case 'text':
      return { ...column, values: Array.from(rows, (row) => column.values[row]!) };
    case 'windows':
      return column;
    case 'array': {
      const size = sizeOf(column.shape);
      const data = allocate(column.dtype, rows.length * size) as Float64Array;
      rows.forEach((row, at) =>
        data.set((column.data as Float64Array).subarray(row * size, (row + 1) * size), at * size),
      );
      return { ...column, data };
    }
  }
}

async function readIdx(folder: string, reader: ReaderOf<'idx'>, hash: Hash): Promise<Table> {
  const images: Tensor[] = [];
  const labels: number[] = [];
  const parts: number[] = [];
  for (const [code, part] of [reader.parts.train, reader.parts.val, reader.parts.test].entries()) {
    if (!part) continue;
    const file = join(folder, part.examples);
    const examples = decodeIdx(await readMaybeGzip(file, mostUnpacked, hash), file);
    const labelFile = join(folder, part.labels);
    const codes = decodeIdx(await readMaybeGzip(labelFile, mostUnpacked, hash), labelFile);
    const count = examples.shape[0]!;
    if (codes.shape.length !== 1 || codes.shape[0] !== count)
      throw dataFault(
        'idx',
        labelFile,
        `must hold one label for each of ${count} examples, got [${codes.shape.join(', ')}]`,
      );
    if (
      images[0] &&
      (images[0].dtype !== examples.dtype || images[0].shape.slice(1).join() !== examples.shape.slice(1).join())
    )
      throw dataFault(
        'idx',
        file,
        `examples must be ${images[0].dtype} [${images[0].shape.slice(1).join(', ')}] as in the training part`,
      );
    images.push(examples);
    for (let at = 0; at < count; at++) labels.push(element(codes, at));
    for (let at = 0; at < count; at++) parts.push(code);
  }
  const categories = reader.classes ?? numberedClasses(labels);
  return {
    columns: [joinArrays(images), { type: 'category', name: 'label', codes: Int32Array.from(labels), categories }],
    parts: Uint8Array.from(parts),
  };
}

/** Names `0` to the largest label; a hostile label does not make a list of a billion names. */
function numberedClasses(labels: readonly number[]): string[] {
  const largest = labels.reduce((most, label) => Math.max(most, label), 0);
  return Array.from({ length: Math.min(largest, 65_535) + 1 }, (_, code) => String(code));
}

/** Matrices [h, w] of an example become images of one channel. */
function joinArrays(arrays: readonly Tensor[]): Column {
  const first = arrays[0]!;
  const inner = first.shape.slice(1);
  const total = arrays.reduce((sum, array) => sum + array.data.length, 0);
  const data = allocate(first.dtype, total) as Uint8Array;
  let at = 0;
  for (const array of arrays) {
    data.set(array.data as Uint8Array, at);
    at += array.data.length;
  }
  return { type: 'array', name: 'image', dtype: first.dtype, shape: inner.length === 2 ? [1, ...inner] : inner, data };
}

async function readText(file: string, reader: ReaderOf<'text'>, hash: Hash): Promise<Table> {
  const bytes = await readBounded(file, mostText, hash);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw dataFault('text', file, 'must be UTF-8 text');
  }
  const points = new Int32Array(text.length);
  let count = 0;
  for (const character of text) points[count++] = character.codePointAt(0)!;
  const { length } = reader;
  if (count <= length)
    throw dataFault('text', file, `must be longer than one window of ${length} characters, got ${count}`);
  const stride = reader.stride ?? length;
  return { columns: [{ type: 'windows', name: 'text', points: points.subarray(0, count), length, stride }] };
}

async function readArrays(folder: string, reader: ReaderOf<'npy'>, hash: Hash): Promise<Table> {
  const columns: Column[] = [];
  for (const [name, column] of Object.entries(reader.columns)) {
    const file = join(folder, column.file);
    const bytes = await readBounded(file, mostUnpacked, hash);
    const array =
      column.entry === undefined ? decodeNpy(bytes, file) : decodeNpz(bytes, column.entry, mostUnpacked, file);
    columns.push(columnOf(name, array, column.categories));
  }
  if (reader.parts === undefined) return { columns };
  const parts = decodeNpy(await readBounded(join(folder, reader.parts), mostUnpacked, hash), reader.parts);
  return { columns, parts: Uint8Array.from(parts.data as Uint8Array) };
}

function columnOf(name: string, array: Tensor, categories?: readonly string[]): Column {
  const [count, ...shape] = array.shape;
  if (count === undefined) throw dataFault('npy', name, 'an array needs an axis of examples, got a single number');
  const numbers = () => Array.from({ length: count }, (_, at) => element(array, at));
  if (shape.length > 0) return { type: 'array', name, dtype: array.dtype, shape, data: array.data };
  if (categories)
    return { type: 'category', name, codes: Int32Array.from(numbers()), categories } satisfies CategoryColumn;
  const isLabel: readonly DType[] = ['int32', 'int64', 'uint8', 'int8', 'bool'];
  if (isLabel.includes(array.dtype)) {
    const labels = numbers();
    return { type: 'category', name, codes: Int32Array.from(labels), categories: numberedClasses(labels) };
  }
  return { type: 'number', name, values: Float64Array.from(numbers()) };
}
