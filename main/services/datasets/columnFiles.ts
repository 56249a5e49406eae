// Columns of the workspace's data sets as places in their files, and back: what is large is not sent, but read where it is needed.
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fillColumns, numbersField, withNumbersFile, type NumbersFile } from '../../../engine/data/columnFiles.js';
import { lengthOf, type Column, type DataSet } from '../../../engine/data/dataSet.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import type { Reader, ReaderOf } from './description.js';
import { decodeNpy, npyHeader, readNpyHeader } from './npy.js';
import { readBounded } from './readBounded.js';

/** Less is sent as fast. */
const worthwhile = 2 ** 20;
type StoredColumn = ReaderOf<'stored'>['columns'][number];

/** The data set with its large columns as places in the files of `folder`, where those hold exactly what it holds. */
export async function lendColumns(dataSet: DataSet, folder: string, reader: Reader): Promise<DataSet> {
  if (reader.kind !== 'stored') return dataSet;
  const columns = await Promise.all(
    dataSet.columns.map(async (column) => {
      const stored = reader.columns.find(({ name }) => name === column.name);
      const file = stored && (await placeOf(column, join(folder, stored.file), stored));
      return file ? withNumbersFile(column, file) : column;
    }),
  );
  return { ...dataSet, columns };
}

async function placeOf(column: Column, path: string, stored: StoredColumn): Promise<NumbersFile | undefined> {
  const field = numbersField(column);
  if (!field || column.type !== stored.type) return undefined;
  const numbers = (column as unknown as Record<string, Float64Array>)[field]!;
  if (numbers.byteLength < worthwhile) return undefined;
  const { descr, fortran, shape, start } = readNpyHeader(await headOf(path), path);
  // Rows that are left out for want of a target are in the file, but not in the data set.
  const isSame = sizeOf(shape) === numbers.length && (column.type === 'windows' || shape[0] === lengthOf(column));
  const dtype = dtypeOf(column);
  const written = readNpyHeader(npyHeader(dtype, shape), path);
  if (fortran || !isSame || descr !== written.descr) return undefined;
  return { numbersFile: resolve(path), dtype, offset: start, length: numbers.length };
}

function dtypeOf(column: Column): NumbersFile['dtype'] {
  if (column.type === 'array') return column.dtype;
  return column.type === 'number' ? 'float64' : 'int32';
}

async function headOf(path: string): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const head = new Uint8Array(4096);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Brings the numbers into what is prepared for a worker that cannot read files: one in a window. */
export async function fillPrepared(data: unknown): Promise<void> {
  const dataSet = (data as { readonly dataSet?: DataSet } | undefined)?.dataSet;
  if (dataSet)
    await fillColumns(dataSet, async ({ numbersFile }) => decodeNpy(await readBounded(numbersFile), numbersFile).data);
}
