// Columns as files of a workspace: written and read without loss. Numbers are NPY; texts are their UTF-8 bytes and where each begins.
import { join } from 'node:path';
import type { Hash } from 'node:crypto';
import type { Column, DataSet, TextColumn } from '../../../engine/data/dataSet.js';
import type { DType } from '../../../engine/ir/dtype.js';
import { tensor, type Tensor } from '../../../engine/ir/tensor.js';
import type { ReaderOf } from './description.js';
import { decodeNpy } from './npy.js';
import { dataFault, gibibyte, readBounded } from './readBounded.js';

type StoredReader = ReaderOf<'stored'>;
type StoredColumn = StoredReader['columns'][number];

export interface StoredFiles {
  readonly reader: StoredReader;
  /** Arrays by file name. */
  readonly files: ReadonlyMap<string, Tensor>;
}

/** @throws EngineError `data.tooLarge` when the texts of a column take 2 GiB or more */
export function storeColumns({ columns, parts, count }: DataSet): StoredFiles {
  const files = new Map<string, Tensor>();
  const stored = columns.map((column, index) => storeColumn(column, fileStem(index, column.name), files));
  if (!parts) return { reader: { kind: 'stored', columns: stored }, files };
  files.set('parts.npy', tensor('uint8', [count], parts));
  return { reader: { kind: 'stored', columns: stored, parts: 'parts.npy' }, files };
}

/** Numbered, since names of columns may be equal but for characters that file systems do not like. */
function fileStem(index: number, name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${index}-${plain || 'column'}`;
}

function storeColumn(column: Column, stem: string, files: Map<string, Tensor>): StoredColumn {
  const file = `${stem}.npy`;
  const common = { name: column.name, file };
  switch (column.type) {
    case 'number':
      files.set(file, tensor('float64', [column.values.length], column.values));
      return { type: 'number', ...common, ...(column.isDate && { isDate: true }) };
    case 'category':
      files.set(file, tensor('int32', [column.codes.length], column.codes));
      return { type: 'category', ...common, categories: [...column.categories] };
    case 'array': {
      const size = column.shape.reduce((product, dim) => product * dim, 1);
      files.set(file, {
        dtype: column.dtype,
        shape: [column.data.length / Math.max(1, size), ...column.shape],
        data: column.data,
      });
      return { type: 'array', ...common };
    }
    case 'windows':
      files.set(file, tensor('int32', [column.points.length], column.points));
      return { type: 'windows', ...common, length: column.length, stride: column.stride };
    case 'text': {
      const { bytes, offsets } = joinTexts(column);
      files.set(file, tensor('uint8', [bytes.length], bytes));
      files.set(`${stem}-offsets.npy`, tensor('int32', [offsets.length], offsets));
      return { type: 'text', ...common, offsets: `${stem}-offsets.npy` };
    }
  }
}

function joinTexts({ name, values }: TextColumn): { bytes: Uint8Array; offsets: Int32Array } {
  const encoder = new TextEncoder();
  const offsets = new Int32Array(values.length + 1);
  const encoded = values.map((value) => encoder.encode(value));
  let length = 0;
  encoded.forEach((piece, index) => {
    length += piece.length;
    if (length >= 2 * gibibyte) throw dataFault('tooLarge', name, `texts of ${length} bytes exceed 2 GiB`);
    offsets[index + 1] = length;
  });
  const bytes = new Uint8Array(length);
  encoded.forEach((piece, index) => bytes.set(piece, offsets[index]));
  return { bytes, offsets };
}

/** The inverse of {@link storeColumns}. @throws EngineError where a file is missing, or is not what the description says */
export async function readStored(
  folder: string,
  reader: StoredReader,
  hash?: Hash,
): Promise<{ columns: Column[]; parts?: Uint8Array }> {
  const columns: Column[] = [];
  for (const column of reader.columns) columns.push(await readColumn(folder, column, hash));
  if (reader.parts === undefined) return { columns };
  return { columns, parts: (await readVector(folder, reader.parts, 'uint8', hash)).data };
}

async function readArray(folder: string, file: string, hash?: Hash): Promise<Tensor> {
  const path = join(folder, file);
  return decodeNpy(await readBounded(path, 2 * gibibyte - 1, hash), path);
}

async function readVector<D extends DType>(folder: string, file: string, dtype: D, hash?: Hash): Promise<Tensor<D>> {
  const array = await readArray(folder, file, hash);
  if (array.dtype !== dtype || array.shape.length !== 1)
    throw dataFault(
      'stored',
      join(folder, file),
      `must be ${dtype} of one axis, got ${array.dtype}[${array.shape.join(', ')}]`,
    );
  return array as Tensor<D>;
}

async function readColumn(folder: string, stored: StoredColumn, hash?: Hash): Promise<Column> {
  const { type, name, file } = stored;
  switch (type) {
    case 'number':
      return {
        type,
        name,
        values: (await readVector(folder, file, 'float64', hash)).data,
        ...(stored.isDate && { isDate: true }),
      };
    case 'category':
      return { type, name, codes: (await readVector(folder, file, 'int32', hash)).data, categories: stored.categories };
    case 'windows': {
      const { data: points } = await readVector(folder, file, 'int32', hash);
      return { type, name, points, length: stored.length, stride: stored.stride };
    }
    case 'text': {
      const { data: bytes } = await readVector(folder, file, 'uint8', hash);
      const { data: offsets } = await readVector(folder, stored.offsets, 'int32', hash);
      return { type, name, values: splitTexts(bytes, offsets, join(folder, stored.offsets)) };
    }
    case 'array': {
      const array = await readArray(folder, file, hash);
      if (array.shape.length === 0) throw dataFault('stored', join(folder, file), 'needs an axis of examples');
      return { type, name, dtype: array.dtype, shape: array.shape.slice(1), data: array.data };
    }
  }
}

function splitTexts(bytes: Uint8Array, offsets: Int32Array, file: string): string[] {
  const ascends = offsets.every((offset, index) => offset >= (index === 0 ? 0 : offsets[index - 1]!));
  if (offsets.length === 0 || offsets[0] !== 0 || !ascends || offsets.at(-1) !== bytes.length)
    throw dataFault('stored', file, `offsets must ascend from 0 to the ${bytes.length} bytes of the texts`);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return Array.from({ length: offsets.length - 1 }, (_, index) =>
    decoder.decode(bytes.subarray(offsets[index], offsets[index + 1])),
  );
}
