// A description and its files become a data set: the reader runs, rows without a target are left out, roles are settled.
import { join } from 'node:path';
import type { Hash } from 'node:crypto';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { allocate } from '../../../engine/ir/dtype.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { checkDataSet, lengthOf, type Column, type DataSet } from '../../../engine/data/dataSet.js';
import type { DataSetDescription } from './description.js';
import { identityOf } from './versionHash.js';
import type { TableContext } from './duckTable.js';
import { newHash } from './readBounded.js';
import { readTable } from './readCsv.js';
import { readImageFolder, readTiles } from './readImages.js';
import { readArrays } from './readArrays.js';
import { readIdx } from './readIdx.js';
import { readText } from './readText.js';
import { readStored } from './storedColumns.js';

/** What a reader makes of files. */
export interface Table {
  readonly columns: readonly Column[];
  readonly parts?: Uint8Array;
  readonly remarks?: readonly string[];
}

/**
 * Reads all of a data set into memory. `folder` is where the description's files are.
 * @throws EngineError located by file, line or column; with all faults as diagnostics when the content cannot be trained on.
 */
export async function readDataSet(
  folder: string,
  description: DataSetDescription,
  context: TableContext = {},
): Promise<DataSet> {
  return (await readWhole(folder, description, context)).dataSet;
}

/** {@link readDataSet}, and as it was before rows without a target were left out. */
export async function readWhole(
  folder: string,
  description: DataSetDescription,
  context: TableContext = {},
): Promise<{ whole: DataSet; dataSet: DataSet }> {
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
  requireTrainable(dataSet);
  return { whole, dataSet };
}

/** @throws EngineError with all faults as diagnostics */
export function requireTrainable(dataSet: DataSet): void {
  const faults = checkDataSet(dataSet);
  if (faults[0])
    throw new EngineError(faults[0].code, faults.map((fault) => fault.message).join('\n'), faults[0].place, faults);
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
      return readImageFolder(join(folder, reader.folder ?? '.'), reader, hash, context);
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
