// What a table holds, before it is imported: columns with their types and roles, the first rows, broken lines.
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportOptions, PreviewColumn } from '../../../contract/services/datasets.js';
import type { Format } from './detectFormat.js';
import type { TableContext } from './duckTable.js';
import { loadTable, type LoadedTable } from './loadTable.js';
import { emptyPreview, type Preview } from './preview.js';
import { tableFile, tableReader } from './sniffDataSet.js';
import { describeSuggestion, profiledRows, suggestTable, type TableSuggestion } from './sniffTable.js';
import { profileColumns } from './tableColumns.js';

const shownRows = 100;
const shownSamples = 5;
const longestCell = 200;

/** @throws EngineError `data.csv`, `data.table`, `data.column` */
export async function previewTable(
  path: string,
  format: Format,
  options: ImportOptions,
  context: TableContext,
): Promise<Preview> {
  const file = await tableFile(path);
  const reader = tableReader(format, basename(file), options);
  const loaded = await loadTable(file, reader, { ...context, limit: profiledRows });
  try {
    context.progress?.('finding types', 0, 0);
    const suggestion = await suggestTable(file, loaded, await profileColumns(loaded), options);
    const { kind } = describeSuggestion(reader, suggestion);
    const { size } = await stat(file);
    const isPart = loaded.rows >= profiledRows;
    return {
      ...emptyPreview(file, format, size),
      kind,
      task: suggestion.task,
      count: isPart ? null : loaded.rows,
      columns: await previewColumns(loaded, suggestion),
      rows: await firstRows(loaded),
      target: suggestion.target,
      csv: loaded.layout && {
        delimiter: loaded.layout.delimiter,
        header: loaded.layout.header,
        encoding: loaded.layout.encoding,
      },
      brokenLines: loaded.broken.map(({ line }) => line),
      obstacle: obstacleIn(loaded, suggestion, options),
      remarks: remarksOn(loaded, suggestion, isPart),
    };
  } finally {
    await loaded.table.close();
  }
}

async function previewColumns({ table, rows }: LoadedTable, { columns }: TableSuggestion): Promise<PreviewColumn[]> {
  const samples = await Promise.all(
    columns.map(async (_, index) => {
      const found = await table.rows(
        `select left(c${index}, ${longestCell}) from (select c${index} from t where c${index} is not null limit 2000) group by 1 order by count(*) desc, 1 limit ${shownSamples}`,
      );
      return found.map(([value]) => String(value));
    }),
  );
  return columns.map(({ profile, type, role }, index) => ({
    name: profile.name,
    type: role === 'ignored' ? 'ignored' : type,
    role,
    missing: rows - profile.present,
    distinct: profile.distinct,
    samples: samples[index]!,
    possible: profile.possible,
  }));
}

async function firstRows({ table, names }: LoadedTable): Promise<(string | null)[][]> {
  const cells = names.map((_, index) => `left(c${index}, ${longestCell})`).join(', ');
  const rows = await table.rows(`select ${cells} from t order by rowid limit ${shownRows}`);
  return rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : null)));
}

function obstacleIn(
  { broken, brokenCount, names, rows }: LoadedTable,
  { columns, target }: TableSuggestion,
  { leaveOutBroken }: ImportOptions,
): string | null {
  if (brokenCount > 0 && leaveOutBroken !== true)
    return `Line ${broken[0]!.line} has ${broken[0]!.fields} fields instead of ${names.length}${brokenCount > 1 ? `, and so have ${brokenCount - 1} more lines a wrong number` : ''}: choose another delimiter, correct the file, or leave such rows out.`;
  if (rows < 3)
    return `${rows === 1 ? 'There is one row' : `There are ${rows} rows`}; at least 3 are needed to train and test.`;
  const predicted = columns.find(({ role }) => role === 'target')!;
  if (predicted.type === 'category' && predicted.profile.distinct < 2)
    return `All values of '${target}' are the same: there is nothing to predict. Choose another target.`;
  if (predicted.type === 'number' && predicted.profile.number === null)
    return `Not all values of '${target}' are numbers: predict it as a category, or choose another target.`;
  return columns.some(({ role }) => role === 'input')
    ? null
    : 'No column is left for a model to read. Choose at least one input.';
}

function remarksOn(
  { layout, brokenCount }: LoadedTable,
  { columns, target }: TableSuggestion,
  isPart: boolean,
): string[] {
  const predicted = columns.find(({ role }) => role === 'target')!.profile;
  const dates = columns
    .filter(({ type, role }) => type === 'date' && role !== 'ignored')
    .map(({ profile }) => profile.name);
  return [
    ...columns.flatMap(({ profile, why }) => (why === undefined ? [] : [`'${profile.name}' is left out: ${why}`])),
    ...(dates.length > 0 ? [`Dates become days since 1970-01-01: ${dates.join(', ')}`] : []),
    ...(isPart ? [`Types and roles were found from the first ${profiledRows.toLocaleString('en')} rows`] : []),
    ...(layout && layout.encoding !== 'utf-8' ? [`The text is read as ${layout.encoding}`] : []),
    ...(brokenCount > 0 ? [`${brokenCount} lines have a wrong number of fields`] : []),
    ...(predicted.distinct > 100 && predicted.type === 'category'
      ? [`'${target}' has ${predicted.distinct} different values: that many classes need many examples each`]
      : []),
  ];
}
