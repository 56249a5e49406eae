// CSV and TSV through DuckDB: everything is read as text first, so that faults can be told by row and column.
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { Column } from '../../../engine/data/dataSet.js';
import type { ReaderOf } from './description.js';
import { type ColumnType } from './description.js';
import { dataFault, gibibyte, readBounded } from './readBounded.js';
import { sniffCsv, type CsvLayout } from './sniffCsv.js';
import type { Hash } from 'node:crypto';

const missingFields = ['', 'NA', 'NaN', 'nan', 'N/A', 'null', 'NULL', '?'];
/** A column that is not numeric and whose values mostly differ is text, not a category. */
const mostCategories = 1000;

export interface CsvTable {
  readonly columns: Column[];
  readonly rows: number;
}

/** Reads a table; `needed` columns decide nothing here. Errors name the line, or the row and column. */
export async function readCsv(file: string, reader: ReaderOf<'csv'>, hash?: Hash): Promise<CsvTable> {
  const layout = sniffCsv(await readBounded(file, gibibyte, hash), reader, file);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: '2GB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    await loadText(connection, file, layout, reader);
    const derived = reader.derive ?? {};
    const plain = await readColumns(connection, file, layout.names, reader);
    const made = await Promise.all(
      Object.entries(derived).map(([name, { from, part }]) =>
        deriveColumn(connection, file, layout.names, { name, from, part }),
      ),
    );
    return { columns: [...plain.columns, ...made], rows: plain.rows };
  } finally {
    instance.closeSync();
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

async function loadText(
  connection: DuckDBConnection,
  file: string,
  layout: CsvLayout,
  reader: ReaderOf<'csv'>,
): Promise<void> {
  const columns = layout.names.map((_, index) => `'c${index}': 'VARCHAR'`).join(', ');
  const missing = [...missingFields, ...(reader.missing ?? [])].map(quoted).join(', ');
  const skip = layout.skip + (layout.header ? 1 : 0);
  const options = `auto_detect=false, delim=${quoted(layout.delimiter)}, quote='"', escape='"', header=false, skip=${skip}, nullstr=[${missing}], columns={${columns}}`;
  try {
    await connection.run(
      `create temp table t as select * from read_csv(${quoted(file.replaceAll(/[*?[\]]/g, '[$&]'))}, ${options})`,
    );
  } catch (error) {
    throw dataFault('csv', file, csvMessage(error instanceof Error ? error.message : String(error), layout));
  }
}

/** The first lines of DuckDB's message, which name the line. */
function csvMessage(message: string, layout: CsvLayout): string {
  const line = /Line: (\d+)/.exec(message)?.[1];
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  const where = line === undefined ? '' : `line ${line}: `;
  if (counts)
    return `${where}every row must have ${layout.names.length} fields separated by ${JSON.stringify(layout.delimiter)}, got ${counts[2]!}`;
  return `${where}cannot be read as a table: ${message.split('\n')[0]!.slice(0, 300)}`;
}

interface Profile {
  readonly rows: number;
  readonly type: ColumnType;
}

async function readColumns(
  connection: DuckDBConnection,
  file: string,
  names: readonly string[],
  reader: ReaderOf<'csv'>,
): Promise<CsvTable> {
  const profiles = await profile(connection, names, reader);
  const selected = profiles.map(({ type }, index) =>
    type === 'number' ? `try_cast(trim(c${index}) as double)` : `c${index}`,
  );
  const result = await connection.runAndReadAll(
    `select ${selected.map((text, index) => `${text} as c${index}`).join(', ')} from t`,
  );
  const values = result.getColumnsJS();
  const columns = names.map((name, index) =>
    makeColumn(name, profiles[index]!.type, values[index] ?? [], reader.labels?.[name]),
  );
  for (const [index, { type }] of profiles.entries())
    if (type === 'number') await checkNumbers(connection, file, index, names);
  return { columns, rows: profiles[0]?.rows ?? 0 };
}

async function profile(
  connection: DuckDBConnection,
  names: readonly string[],
  reader: ReaderOf<'csv'>,
): Promise<Profile[]> {
  const parts = names.map((_, i) => `count(c${i}), count(try_cast(trim(c${i}) as double)), count(distinct c${i})`);
  const [row] = (await connection.runAndReadAll(`select count(*), ${parts.join(', ')} from t`)).getRowsJS();
  const numbers = (row ?? []).map(Number);
  return names.map((name, index) => {
    const [present, numeric, distinct] = numbers.slice(1 + 3 * index, 4 + 3 * index) as [number, number, number];
    const found =
      present === numeric ? 'number' : distinct > mostCategories && distinct > present / 2 ? 'text' : 'category';
    return { rows: numbers[0]!, type: reader.types?.[name] ?? found };
  });
}

async function checkNumbers(
  connection: DuckDBConnection,
  file: string,
  index: number,
  names: readonly string[],
): Promise<void> {
  const cast = `try_cast(trim(c${index}) as double)`;
  const result = await connection.runAndReadAll(
    `select (rowid + 1)::varchar || ', column ' || ${quoted(quoted(names[index]!))}, left(c${index}, 100) from t where c${index} is not null and (${cast} is null or isinf(${cast})) order by rowid limit 1`,
  );
  const [bad] = result.getRowsJS() as string[][];
  if (bad) throw dataFault('csv', file, `row ${bad[0]!}: must be a finite number, got '${bad[1]!}'`);
}

function makeColumn(
  name: string,
  type: ColumnType,
  values: readonly unknown[],
  labels?: Readonly<Record<string, string>>,
): Column {
  if (type === 'number')
    return { type, name, values: Float64Array.from(values, (value) => (value === null ? NaN : Number(value))) };
  if (type === 'text') return { type, name, values: values.map((value) => (typeof value === 'string' ? value : '')) };
  return categoryOf(name, values, labels);
}

/** Categories in the order of the raw values (numbers as numbers), or of `labels`. */
export function categoryOf(
  name: string,
  values: readonly unknown[],
  labels?: Readonly<Record<string, string>>,
): Column {
  const distinct = new Set(values.filter((value): value is string => typeof value === 'string'));
  const known = Object.keys(labels ?? {});
  const numeric = [...distinct].every((value) => value.trim() !== '' && Number.isFinite(Number(value)));
  const others = [...distinct]
    .filter((value) => !known.includes(value))
    .sort(numeric ? (a, b) => Number(a) - Number(b) : undefined);
  const raw = [...known, ...others];
  const codeOf = new Map(raw.map((value, code) => [value, code]));
  const codes = Int32Array.from(values, (value) => (typeof value === 'string' ? codeOf.get(value)! : -1));
  return { type: 'category', name, codes, categories: raw.map((value) => labels?.[value] ?? value) };
}

interface Derivation {
  readonly name: string;
  readonly from: string;
  readonly part: 'month' | 'weekday' | 'year';
}

async function deriveColumn(
  connection: DuckDBConnection,
  file: string,
  names: readonly string[],
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
  const result = await connection.runAndReadAll(
    `select date_part('${part}', try_cast(c${index} as date))::varchar from t`,
  );
  return categoryOf(derivation.name, result.getColumnsJS()[0] ?? []);
}
