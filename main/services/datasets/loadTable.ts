// Files of tables into DuckDB: CSV, Parquet, JSON and lines of JSON become the same table of texts.
import type { ReaderOf } from './description.js';
import { DuckTable, quoted, quotedFile, quotedName, tableFault, type TableContext } from './duckTable.js';
import { dataFault } from './readBounded.js';
import { sniffCsv, type CsvLayout } from './sniffCsv.js';
import { headOf, openText, type Encoding } from './textFile.js';

export type TableReader = ReaderOf<'csv'> | ReaderOf<'parquet'> | ReaderOf<'json'>;

export interface LoadedTable {
  /** With the table `t` of columns c0, c1, …; to be closed. */
  readonly table: DuckTable;
  readonly names: readonly string[];
  readonly rows: number;
  /** Lines of a CSV file with too few or too many fields, in order, at most {@link mostBroken}. Their rows are left out. */
  readonly broken: readonly { readonly line: number; readonly fields: number }[];
  readonly brokenCount: number;
  readonly layout: (CsvLayout & { readonly encoding: Encoding }) | null;
}

export interface TableLimits extends TableContext {
  /** Rows; left out: all. */
  readonly limit?: number | undefined;
}

const missingFields = ['', 'NA', 'NaN', 'nan', 'N/A', 'null', 'NULL', '?'];
const mostBroken = 100;
const mostColumns = 10_000;
const sniffedBytes = 65_536;

/** @throws EngineError `data.csv`, `data.table`, `data.text`, `file.notFound`; the signal's reason when it is aborted */
export async function loadTable(file: string, reader: TableReader, limits: TableLimits = {}): Promise<LoadedTable> {
  const table = await DuckTable.open(limits);
  try {
    limits.progress?.('reading the table', 0, 0);
    const loaded =
      reader.kind === 'csv' ? await loadCsv(table, file, reader, limits) : await loadTyped(table, file, reader, limits);
    limits.signal?.throwIfAborted();
    return loaded;
  } catch (error) {
    await table.close();
    limits.signal?.throwIfAborted();
    throw error;
  }
}

async function loadCsv(
  table: DuckTable,
  file: string,
  reader: ReaderOf<'csv'>,
  limits: TableLimits,
): Promise<LoadedTable> {
  const text = await openText(file, reader.encoding, limits.signal);
  try {
    const layout = sniffCsv(await headOf(text.path, sniffedBytes), reader, file);
    const missing = [...missingFields, ...(reader.missing ?? [])].map(quoted).join(', ');
    const columns = layout.names.map((_, index) => `'c${index}': 'VARCHAR'`).join(', ');
    const skip = layout.skip + (layout.header ? 1 : 0);
    const options = `auto_detect=false, delim=${quoted(layout.delimiter)}, quote='"', escape='"', header=false, skip=${skip}, nullstr=[${missing}], columns={${columns}}, store_rejects=true, rejects_limit=0`;
    const limit = limits.limit === undefined ? '' : ` limit ${limits.limit}`;
    await table
      .run(`create temp table t as select * from read_csv(${quotedFile(text.path)}, ${options})${limit}`)
      .catch((error: unknown) => {
        throw csvFault(file, error);
      });
    const rejects = await table.rows(
      `select distinct line::integer, error_type::varchar, error_message from reject_errors order by 1`,
    );
    const broken = rejects.map(([line, type, message]) =>
      brokenLine(file, Number(line), String(type), String(message)),
    );
    return {
      table,
      names: layout.names,
      rows: await countOf(table),
      broken: broken.slice(0, mostBroken),
      brokenCount: broken.length,
      layout: { ...layout, encoding: text.encoding },
    };
  } finally {
    await text.close();
  }
}

function brokenLine(file: string, line: number, type: string, message: string): { line: number; fields: number } {
  const found = /Found: (\d+)/.exec(message)?.[1];
  if (found !== undefined) return { line, fields: Number(found) };
  const why =
    type === 'UNQUOTED VALUE'
      ? 'a quoted field is not closed, or text follows its end'
      : message.split('\n')[0]!.slice(0, 200);
  throw dataFault('csv', file, `line ${line}: ${why}`);
}

function csvFault(file: string, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  const line = /Line: (\d+)/.exec(message)?.[1];
  const why =
    message.split('\n').find((text) => text.trim() !== '' && !text.startsWith('Invalid Input Error')) ?? message;
  if (/Maximum line size|max_line_size/i.test(message))
    return dataFault(
      'csv',
      file,
      `${line === undefined ? '' : `line ${line}: `}a row is longer than 2 MB; is a quote not closed?`,
    );
  return dataFault(
    'csv',
    file,
    `${line === undefined ? '' : `line ${line}: `}cannot be read as a table: ${why.slice(0, 300)}`,
  );
}

async function countOf(table: DuckTable): Promise<number> {
  return Number((await table.rows('select count(*) from t'))[0]![0]);
}

async function loadTyped(
  table: DuckTable,
  file: string,
  reader: ReaderOf<'parquet'> | ReaderOf<'json'>,
  limits: TableLimits,
): Promise<LoadedTable> {
  // Tells a missing file and a folder before DuckDB does.
  const head = await headOf(file, 16);
  if (head.length === 0) throw dataFault('empty', file, 'the file is empty');
  const source = reader.kind === 'parquet' ? `read_parquet(${quotedFile(file)})` : jsonSource(file);
  try {
    const described = await table.rows(`describe select * from ${source}`);
    const columns = described.map(([name, type]) => ({ name: String(name), type: String(type) }));
    if (columns.length > mostColumns)
      throw dataFault('table', file, `at most ${mostColumns} columns are read, got ${columns.length}`);
    if (reader.kind === 'json' && columns.length === 1 && columns[0]!.name === 'json')
      throw dataFault('json', file, 'must be a list of objects with the same members, or one such object a line');
    const cells = columns.map(({ name, type }, index) => `${cellOf(name, type)} as c${index}`);
    const limit = limits.limit === undefined ? '' : ` limit ${limits.limit}`;
    await table.run(`create temp table t as select ${cells.join(', ')} from ${source}${limit}`);
    const names = columns.map(({ name }) => name);
    return { table, names, rows: await countOf(table), broken: [], brokenCount: 0, layout: null };
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('data.')) throw error;
    throw tableFault(file, error);
  }
}

function jsonSource(file: string): string {
  return `read_json(${quotedFile(file)}, format='auto', maximum_object_size=67108864)`;
}

/** Bytes that are no text would end the query. */
function cellOf(name: string, type: string): string {
  const cell = type === 'BLOB' ? `hex(${quotedName(name)})` : `${quotedName(name)}::varchar`;
  return `nullif(${cell}, '')`;
}
