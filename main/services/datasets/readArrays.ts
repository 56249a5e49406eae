// NPY files and entries of NPZ archives as columns: images channels first, single numbers as measurements or classes.
import { join } from 'node:path';
import type { Hash } from 'node:crypto';
import { allocate, type DType } from '../../../engine/ir/dtype.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { element, type Tensor } from '../../../engine/ir/tensor.js';
import type { Column } from '../../../engine/data/dataSet.js';
import type { ReaderOf } from './description.js';
import { decodeNpy } from './npy.js';
import { dataFault, gibibyte, hashFile, readBounded } from './readBounded.js';
import type { Table } from './readDataSet.js';
import { numberedClasses } from './readIdx.js';
import { ZipArchive } from './zipArchive.js';

const mostUnpacked = 2 * gibibyte - 1;
/** Different whole numbers beyond which they are measures. */
const mostClasses = 1000;
type ColumnReader = ReaderOf<'npy'>['columns'][string];
interface Place {
  readonly file: string;
  readonly entry?: string | undefined;
}

/** @throws EngineError `data.npy`, `data.npz`, `file.notFound` */
export async function readArrays(folder: string, reader: ReaderOf<'npy'>, hash: Hash): Promise<Table> {
  const columns: Column[] = [];
  let parts: Uint8Array | undefined;
  for (const [name, column] of Object.entries(reader.columns)) {
    const pieces = [await readPlace(folder, column, hash)];
    for (const place of column.also ?? []) pieces.push(await readPlace(folder, place, hash));
    const lengths = pieces.map(({ shape }) => shape[0] ?? 0);
    if (column.also)
      parts = Uint8Array.from(
        lengths.flatMap((length, at) => new Array<number>(length).fill(at === 0 ? 0 : partOf(column, at - 1))),
      );
    columns.push(columnOf(name, inLayout(joined(name, pieces), column.layout), column));
  }
  if (reader.parts === undefined) return { columns, ...(parts && { parts }) };
  const given = decodeNpy(await readBounded(join(folder, reader.parts), mostUnpacked, hash), reader.parts);
  return { columns, parts: Uint8Array.from(given.data as Uint8Array) };
}

function partOf(column: ColumnReader, at: number): number {
  return column.also![at]!.part === 'val' ? 1 : 2;
}

async function readPlace(folder: string, { file, entry }: Place, hash: Hash): Promise<Tensor> {
  const path = join(folder, file);
  if (entry === undefined) return decodeNpy(await readBounded(path, mostUnpacked, hash), path);
  await hashFile(path, hash);
  const archive = await ZipArchive.open(path);
  try {
    const name = entry.endsWith('.npy') ? entry : `${entry}.npy`;
    const found = archive.entries.find((candidate) => candidate.name === name);
    if (!found)
      throw dataFault(
        'npz',
        path,
        `no array '${entry}' in it; it has ${archive.entries
          .slice(0, 20)
          .map((other) => other.name)
          .join(', ')}`,
      );
    return decodeNpy(await archive.read(found, mostUnpacked), `${path}/${name}`);
  } finally {
    await archive.close();
  }
}

/** One after the other along the first axis. */
function joined(name: string, pieces: readonly Tensor[]): Tensor {
  const [first] = pieces;
  if (pieces.length === 1) return first!;
  const inner = first!.shape.slice(1);
  for (const { dtype, shape } of pieces)
    if (dtype !== first!.dtype || shape.slice(1).join() !== inner.join())
      throw dataFault(
        'npy',
        name,
        `all its parts must be ${first!.dtype} [n, ${inner.join(', ')}], got ${dtype} [${shape.join(', ')}]`,
      );
  const data = allocate(
    first!.dtype,
    pieces.reduce((sum, piece) => sum + piece.data.length, 0),
  ) as Uint8Array;
  let at = 0;
  for (const piece of pieces) {
    data.set(piece.data as Uint8Array, at);
    at += piece.data.length;
  }
  return { dtype: first!.dtype, shape: [pieces.reduce((sum, { shape }) => sum + shape[0]!, 0), ...inner], data };
}

function inLayout(array: Tensor, layout: ColumnReader['layout']): Tensor {
  const { dtype, shape, data } = array;
  if (layout === 'hw' && shape.length === 3) return { dtype, shape: [shape[0]!, 1, shape[1]!, shape[2]!], data };
  if (layout !== 'hwc' || shape.length !== 4) return array;
  const [count, height, width, channels] = shape as [number, number, number, number];
  const plane = height * width;
  const target = allocate(dtype, data.length) as Float32Array;
  const source = data as Float32Array;
  for (let example = 0; example < count; example++)
    for (let channel = 0; channel < channels; channel++) {
      const to = (example * channels + channel) * plane;
      const from = example * channels * plane + channel;
      for (let at = 0; at < plane; at++) target[to + at] = source[from + at * channels]!;
    }
  return { dtype, shape: [count, channels, height, width], data: target };
}

const wholeTypes: readonly DType[] = ['int32', 'int64', 'uint8', 'int8', 'bool'];

function columnOf(name: string, array: Tensor, { categories, type }: ColumnReader): Column {
  const [count, ...shape] = array.shape;
  if (count === undefined) throw dataFault('npy', name, 'an array needs an axis of examples, got a single number');
  const numbers = () => Float64Array.from({ length: count }, (_, at) => element(array, at));
  // [n, 1] of what is to be single numbers.
  const isSingle = shape.length === 0 || (type !== undefined && sizeOf(shape) === 1);
  if (!isSingle) return { type: 'array', name, dtype: array.dtype, shape, data: array.data };
  if (categories) return { type: 'category', name, codes: Int32Array.from(numbers()), categories };
  const isCategory = type === undefined ? wholeTypes.includes(array.dtype) : type === 'category';
  if (!isCategory) return { type: 'number', name, values: numbers() };
  const values = numbers();
  const isCode = values.every((value) => Number.isInteger(value) && value >= 0 && value < 65_536);
  return isCode
    ? { type: 'category', name, codes: Int32Array.from(values), categories: numberedClasses(values) }
    : classesOf(name, values);
}

/** Numbers that are no codes: each one is a class called so. */
function classesOf(name: string, values: Float64Array): Column {
  const distinct = [...new Set(values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (distinct.length > mostClasses)
    throw dataFault(
      'npy',
      name,
      `${distinct.length} different numbers are too many to be classes (at most ${mostClasses})`,
    );
  const codes = new Map(distinct.map((value, code) => [value, code]));
  return {
    type: 'category',
    name,
    codes: Int32Array.from(values, (value) => codes.get(value) ?? -1),
    categories: distinct.map(String),
  };
}
