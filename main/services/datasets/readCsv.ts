// Tables as columns of a data set, through DuckDB: everything is text first, so that faults can be told by row and column.
import type { Hash } from 'node:crypto';
import type { Column } from '../../../engine/data/dataSet.js';
import type { ReaderOf } from './description.js';
import type { TableContext } from './duckTable.js';
import { loadTable, type LoadedTable, type TableReader } from './loadTable.js';
import { dataFault, hashFile } from './readBounded.js';
import { profileColumns, readColumn } from './tableColumns.js';

export interface CsvTable {
  readonly columns: Column[];
  readonly rows: number;
  readonly remarks: readonly string[];
}

/** Reads a CSV or TSV file. Errors name the line, or the row and column. */
export function readCsv(file: string, reader: ReaderOf<'csv'>, hash?: Hash): Promise<CsvTable> {
  return readTable(file, reader, hash);
}

/** Reads a CSV, Parquet or JSON file. @throws EngineError `data.csv`, `data.table`, `data.json`, `file.notFound` */
export async function readTable(
  file: string,
  reader: TableReader,
  hash?: Hash,
  context: TableContext = {},
): Promise<CsvTable> {
  const loaded = await loadTable(file, reader, context);
  try {
    if (hash) await hashFile(file, hash);
    const remarks = brokenRemarks(file, reader, loaded);
    const profiles = await profileColumns(loaded);
    const columns: Column[] = [];
    for (const [index, profile] of profiles.entries()) {
      context.signal?.throwIfAborted();
      context.progress?.(`reading column '${profile.name}'`, index, profiles.length);
      const column = await readColumn(file, loaded, index, profile, reader);
      if (column) columns.push(column);
    }
    const derived = reader.kind === 'csv' ? (reader.derive ?? {}) : {};
    for (const [name, { from, part }] of Object.entries(derived))
      columns.push(await deriveColumn(file, loaded, { name, from, part }));
    if (columns.length === 0) throw dataFault('csv', file, 'all columns are ignored: at least one must be read');
    return { columns, rows: loaded.rows, remarks };
  } catch (error) {
    context.signal?.throwIfAborted();
    throw error;
  } finally {
    await loaded.table.close();
  }
}

/** Broken rows are a fault unless they are to be left out. */
function brokenRemarks(
  file: string,
  reader: TableReader,
  { broken, brokenCount, names, layout }: LoadedTable,
): string[] {
  const [first] = broken;
  if (!first) return [];
  const rule = `every row must have ${names.length} fields separated by ${JSON.stringify(layout?.delimiter)}, got ${first.fields}`;
  if (reader.kind !== 'csv' || reader.leaveOutBroken !== true)
    throw dataFault(
      'csv',
      file,
      `line ${first.line}: ${rule}${brokenCount > 1 ? ` (and ${brokenCount - 1} more such lines)` : ''}`,
    );
  const lines = broken.slice(0, 5).map(({ line }) => line);
  const more = brokenCount > lines.length ? ', …' : '';
  return [`${brokenCount} rows without ${names.length} fields were left out (lines ${lines.join(', ')}${more})`];
}

interface Derivation {
  readonly name: string;
  readonly from: string;
  readonly part: 'month' | 'weekday' | 'year';
}

async function deriveColumn(
  file: string,
  { table, names, rows }: LoadedTable,
  derivation: Derivation,
): Promise<Column> {
  const index = names.indexOf(derivation.from);
  if (index < 0)
    throw dataFault(
      'csv',
      file,
      `column '${derivation.from}' does not exist, so '${derivation.name}' cannot be made of it`,
    );
  const part = derivation.part === 'weekday' ? 'isodow' : derivation.part;
  return categoryOf(
    derivation.name,
    await table.texts(`date_part('${part}', try_cast(c${index} as date))::varchar`, rows),
  );
}

/** Categories of texts in ascending order, numbers as numbers; '' is missing. */
export function categoryOf(name: string, values: readonly string[]): Column {
  const distinct = [...new Set(values)].filter((value) => value !== '');
  const numeric = distinct.every((value) => value.trim() !== '' && Number.isFinite(Number(value)));
  const categories = distinct.sort(numeric ? (a, b) => Number(a) - Number(b) : undefined);
  const codeOf = new Map(categories.map((value, code) => [value, code]));
  return { type: 'category', name, codes: Int32Array.from(values, (value) => codeOf.get(value) ?? -1), categories };
}
