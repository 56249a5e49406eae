// Columns of a table: what their texts can be read as, and the columns of a data set that they become.
import type { CategoryColumn, Column } from '../../../engine/data/dataSet.js';
import type { DuckTable } from './duckTable.js';
import { quoted } from './duckTable.js';
import type { LoadedTable, TableReader } from './loadTable.js';
import { dataFault } from './readBounded.js';

/** How a text is read as a number or a date. */
export type CellType = 'number' | 'category' | 'text' | 'date' | 'ignored';

export interface ColumnProfile {
  readonly name: string;
  /** What it is read as unless something else is chosen. */
  readonly type: Exclude<CellType, 'ignored'>;
  /** What all its values can be read as. */
  readonly possible: readonly Exclude<CellType, 'ignored'>[];
  readonly present: number;
  readonly distinct: number;
  /** An expression for its numbers, its dates (as days since 1970); null where not all values have one. */
  readonly number: string | null;
  readonly date: string | null;
}

/** A column that is not numeric and whose values mostly differ is text, not a category. */
const mostCategories = 1000;
const mostPossibleCategories = 65_536;
/** Columns that are profiled by one query. */
const atOnce = 50;

const dateFormats = [
  '%d.%m.%Y',
  '%d.%m.%Y %H:%M',
  '%d.%m.%Y %H:%M:%S',
  '%m/%d/%Y',
  '%d/%m/%Y',
  '%Y/%m/%d',
  '%d %b %Y',
  '%b %d, %Y',
];

export async function profileColumns({ table, names }: Pick<LoadedTable, 'table' | 'names'>): Promise<ColumnProfile[]> {
  const profiles: ColumnProfile[] = [];
  for (let from = 0; from < names.length; from += atOnce)
    profiles.push(...(await profileSome(table, names, from, Math.min(names.length, from + atOnce))));
  return profiles;
}

/** A number as people write it, and with a comma for the point. */
const plainNumber = (cell: string) => `try_cast(trim(${cell}) as double)`;
const commaNumber = (cell: string) =>
  `case when regexp_full_match(trim(${cell}), '[-+]?[0-9]+(\\.[0-9]{3})*(,[0-9]+)?') then try_cast(replace(replace(trim(${cell}), '.', ''), ',', '.') as double) end`;
const isoDate = (cell: string) => `try_cast(trim(${cell}) as timestamp)`;
const days = (timestamp: string) => `(epoch(${timestamp}) / 86400)`;

async function profileSome(
  table: DuckTable,
  names: readonly string[],
  from: number,
  to: number,
): Promise<ColumnProfile[]> {
  const cells = Array.from({ length: to - from }, (_, at) => `c${from + at}`);
  const counts = cells.map(
    (cell) =>
      `count(${cell}), count(${plainNumber(cell)}), count(distinct ${cell}), count(${isoDate(cell)}), min(${cell}), count(${commaNumber(cell)})`,
  );
  const [row] = await table.rows(`select ${counts.join(', ')} from t`);
  const profiles: ColumnProfile[] = [];
  for (const [at, cell] of cells.entries()) {
    const [present, numeric, distinct, dated, , comma] = row!.slice(6 * at, 6 * at + 6).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const sample = row![6 * at + 4];
    const number = present === numeric ? plainNumber(cell) : present === comma ? commaNumber(cell) : null;
    const date =
      number !== null || present === 0
        ? null
        : present === dated
          ? days(isoDate(cell))
          : await dateOf(table, cell, present, typeof sample === 'string' ? sample : '');
    profiles.push(profileOf(names[from + at]!, { present, distinct, number, date }));
  }
  return profiles;
}

/** The first known format that all values have. */
async function dateOf(table: DuckTable, cell: string, present: number, sample: string): Promise<string | null> {
  if (!/^\s*([\dA-Z][a-z]{0,2}|\d+)[\d./ ,:a-zA-Z-]*\d\s*$/.test(sample) || sample.length > 30) return null;
  for (const format of dateFormats) {
    const expression = `try_strptime(trim(${cell}), ${quoted(format)})`;
    const [row] = await table.rows(`select count(${expression}) from t`);
    if (Number(row![0]) === present) return days(expression);
  }
  return null;
}

type Found = Pick<ColumnProfile, 'present' | 'distinct' | 'number' | 'date'>;

function profileOf(name: string, found: Found): ColumnProfile {
  const { present, distinct, number, date } = found;
  const isText = distinct > mostCategories && distinct > present / 2;
  const type = number !== null ? 'number' : date !== null ? 'date' : isText ? 'text' : 'category';
  const possible = [
    ...(number !== null ? (['number'] as const) : []),
    ...(date !== null ? (['date'] as const) : []),
    ...(distinct <= mostPossibleCategories ? (['category'] as const) : []),
    'text' as const,
  ];
  return { name, type, possible, ...found };
}

/** A column as `type` (left out: as found); undefined where it is ignored. @throws EngineError `data.csv` with row and value */
export async function readColumn(
  file: string,
  { table, rows }: Pick<LoadedTable, 'table' | 'rows'>,
  index: number,
  profile: ColumnProfile,
  reader: TableReader,
): Promise<Column | undefined> {
  const { name } = profile;
  const cell = `c${index}`;
  // Dates stay what they were read as before dates were known, unless they are chosen to be dates.
  const found = profile.type === 'date' ? (profile.distinct > mostCategories ? 'text' : 'category') : profile.type;
  const type = reader.types?.[name] ?? found;
  switch (type) {
    case 'ignored':
      return undefined;
    case 'number': {
      const expression = profile.number ?? plainNumber(cell);
      await checkCells(file, table, { cell, name, expression, must: 'be a finite number' });
      return { type, name, values: await table.numbers(expression, rows) };
    }
    case 'date': {
      const expression = profile.date ?? days(isoDate(cell));
      await checkCells(file, table, { cell, name, expression, must: 'be a date, as 2024-12-31' });
      return { type: 'number', name, values: await table.numbers(expression, rows), isDate: true };
    }
    case 'text':
      return { type, name, values: await table.texts(cell, rows) };
    case 'category': {
      const { codes, values } = await table.codes(cell, rows);
      return orderedCategory(name, codes, values, reader.kind === 'csv' ? reader.labels?.[name] : undefined);
    }
  }
}

interface CellRule {
  readonly cell: string;
  readonly name: string;
  readonly expression: string;
  readonly must: string;
}

async function checkCells(file: string, table: DuckTable, { cell, name, expression, must }: CellRule): Promise<void> {
  const [bad] = await table.rows(
    `select (rowid + 1)::varchar, left(${cell}, 100) from t where ${cell} is not null and ((${expression}) is null or isinf((${expression})::double)) order by rowid limit 1`,
  );
  if (bad)
    throw dataFault('csv', file, `row ${String(bad[0])}, column '${name}': must ${must}, got '${String(bad[1])}'`);
}

/** Categories in the order of the raw values (numbers as numbers), or of `labels`. @param values ascending, of the codes */
function orderedCategory(
  name: string,
  codes: Int32Array,
  values: readonly string[],
  labels?: Readonly<Record<string, string>>,
): CategoryColumn {
  const known = Object.keys(labels ?? {});
  const numeric = values.every((value) => value.trim() !== '' && Number.isFinite(Number(value)));
  const others = values
    .filter((value) => !known.includes(value))
    .sort(numeric ? (a, b) => Number(a) - Number(b) : undefined);
  const raw = [...known, ...others];
  const place = new Map(raw.map((value, code) => [value, code]));
  const moved = values.map((value) => place.get(value)!);
  return {
    type: 'category',
    name,
    codes: codes.map((code) => (code < 0 ? -1 : moved[code]!)),
    categories: raw.map((value) => labels?.[value] ?? value),
  };
}
