// What a table is for: the column to predict, the task, and which columns a model reads.
import type { ImportOptions } from '../../../contract/services/datasets.js';
import { defaultFractions } from '../../../engine/data/split.js';
import type { DataSetDescription } from './description.js';
import type { TableContext } from './duckTable.js';
import { loadTable, type LoadedTable, type TableReader } from './loadTable.js';
import { dataFault } from './readBounded.js';
import { profileColumns, type CellType, type ColumnProfile } from './tableColumns.js';

/** Types and roles are found from this many rows. */
export const profiledRows = 200_000;
/** A number with more values is estimated, not told apart. */
const mostNumberClasses = 20;
const targetName = /^(target|label|class|species|outcome|y)$/i;
const identifierName = /^(id|index|idx|row|rownames?|unnamed.*|column 1|.*_id|uuid|guid|key)$/i;

export interface ColumnSuggestion {
  readonly profile: ColumnProfile;
  readonly type: CellType;
  readonly role: 'input' | 'target' | 'ignored';
  /** Why it is ignored. */
  readonly why?: string;
}

export interface TableSuggestion {
  readonly columns: readonly ColumnSuggestion[];
  readonly target: string;
  readonly task: 'classification' | 'regression' | 'forecast' | 'languageModel';
}

/** @throws EngineError `data.column` where the chosen target does not exist */
export async function suggestTable(
  file: string,
  loaded: LoadedTable,
  profiles: readonly ColumnProfile[],
  options: ImportOptions,
): Promise<TableSuggestion> {
  const target = profiles.find(({ name }) => name === (options.target ?? likelyTarget(profiles, loaded.rows, options)));
  if (!target)
    throw dataFault(
      'column',
      file,
      `no column '${options.target ?? ''}' to predict; it has ${profiles.map(({ name }) => `'${name}'`).join(', ')}`,
    );
  const type = await targetType(loaded, profiles.indexOf(target), target, options);
  const columns = profiles.map((profile): ColumnSuggestion => {
    if (profile === target) return { profile, type, role: 'target' };
    const chosen = options.types?.[profile.name];
    if (chosen !== undefined) return { profile, type: chosen, role: chosen === 'ignored' ? 'ignored' : 'input' };
    const why = reasonToIgnore(profile, loaded.rows, profiles);
    return {
      profile,
      type: profile.type,
      role: why === undefined ? 'input' : 'ignored',
      ...(why !== undefined && { why }),
    };
  });
  return { columns, target: target.name, task: options.task ?? (type === 'number' ? 'regression' : 'classification') };
}

/** One that is called so, else the last that can be predicted, else the last. */
function likelyTarget(profiles: readonly ColumnProfile[], rows: number, { types }: ImportOptions): string | undefined {
  const usable = profiles.filter(
    ({ name, type, distinct }) =>
      types?.[name] !== 'ignored' && (type === 'number' || (type === 'category' && distinct < rows)),
  );
  return (usable.find(({ name }) => targetName.test(name)) ?? usable.at(-1) ?? profiles.at(-1))?.name;
}

async function targetType(
  { table }: LoadedTable,
  index: number,
  { name, type, number, distinct }: ColumnProfile,
  { types, task }: ImportOptions,
): Promise<CellType> {
  const chosen = types?.[name];
  if (chosen === 'number' || chosen === 'category') return chosen;
  if (task === 'classification') return 'category';
  if (task === 'regression' || task === 'forecast') return 'number';
  if (type !== 'number') return 'category';
  if (distinct > mostNumberClasses) return 'number';
  const [row] = await table.rows(`select count(*) from t where (${number!}) <> floor(${number!})`);
  return Number(row![0]) > 0 || index < 0 ? 'number' : 'category';
}

const mostLevels = 200;

function reasonToIgnore(profile: ColumnProfile, rows: number, all: readonly ColumnProfile[]): string | undefined {
  const { name, type, distinct, present } = profile;
  if (present === 0) return 'it is empty';
  if (distinct === 1 && present === rows) return 'all its values are the same';
  if (distinct === rows && rows > 20 && identifierName.test(name)) return 'it numbers the rows';
  const hasOthers = all.some(
    (other) => other !== profile && (other.type === 'number' || other.type === 'category') && other.distinct > 1,
  );
  if (type === 'category' && distinct > mostLevels) return `it has ${distinct} different values`;
  if (type === 'text' && hasOthers) return 'it is text beside numbers';
  return undefined;
}

/** Reader, roles, task and split of a table. */
export async function describeTable(
  file: string,
  reader: TableReader,
  options: ImportOptions,
  context: TableContext,
): Promise<Omit<DataSetDescription, 'version' | 'name'>> {
  const loaded = await loadTable(file, reader, { ...context, limit: profiledRows });
  try {
    const suggestion = await suggestTable(file, loaded, await profileColumns(loaded), options);
    return describeSuggestion(reader, suggestion);
  } finally {
    await loaded.table.close();
  }
}

export function describeSuggestion(
  reader: TableReader,
  { columns, target, task }: TableSuggestion,
): Omit<DataSetDescription, 'version' | 'name'> {
  const inputs = columns.filter(({ role }) => role === 'input');
  const typed = columns.find(({ role }) => role === 'target')!.type;
  // Types that were found are left to reading, which sees every row; only dates it would read as texts.
  const dates = inputs.filter(({ type }) => type === 'date').map(({ profile }) => [profile.name, 'date'] as const);
  const types = { ...Object.fromEntries(dates), ...reader.types, ...(typed === 'category' && { [target]: typed }) };
  const isText = inputs.length === 1 && inputs[0]!.type === 'text';
  return {
    kind: task === 'forecast' ? 'timeSeries' : isText ? 'sequence' : 'tabular',
    task,
    reader: { ...reader, ...(Object.keys(types).length > 0 && { types }) },
    target,
    inputs: inputs.map(({ profile }) => profile.name),
    split: {
      method: task === 'forecast' ? 'ordered' : task === 'classification' ? 'stratified' : 'random',
      fractions: defaultFractions,
      seed: 0,
    },
  };
}
