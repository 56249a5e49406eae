// Reads the records of runs, one or ten thousand, by one statement.
import type { RunRecord } from '../../contract/services/runs.js';
import { faultSchema } from '../../contract/fault.js';
import { isEnded, metricsSchema, parameterSchema, runStatusSchema, type RunStatus } from '../../contract/run.js';
import { z } from 'zod';
import { text, type Bindable, type Database } from './database.js';
import type { isAlive } from './processIdentity.js';
import { type ProcessIdentity } from './processIdentity.js';

const parametersSchema = z.record(z.string(), parameterSchema);

/**
 * A record as one JSON text: a row of twenty columns would take the driver longer than all else that is done about it. Without
 * the request, which holds a whole model and is wanted one at a time.
 */
const record = `json_object('run', id, 'name', name, 'status', status, 'data', data, 'model', model, 'backend', backend,
  'seed', seed, 'created', created, 'started', started, 'ended', ended, 'epoch', epoch, 'step', step,
  'totalSteps', total_steps, 'metrics', json(metrics), 'fault', json(fault), 'notes', notes, 'archived', archived,
  'pid', pid, 'process_started', process_started, 'host', host, 'worked', worked, 'worked_until', worked_until,
  'parameters', (SELECT json_group_object(name, json(value)) FROM run_parameter WHERE run = run.id),
  'tags', (SELECT json_group_array(tag) FROM (SELECT tag FROM run_tag WHERE run = run.id ORDER BY tag)))`;

/** Which runs; `condition` is SQL about the table `run`. */
export interface Selection {
  readonly condition: string;
  readonly values: readonly Bindable[];
  /** Of those the newest; left out: all. */
  readonly most?: number | undefined;
}

/** Records that are not removed, the newest first. `alive` is asked once a process. */
export function readRecords(
  database: Database,
  alive: typeof isAlive,
  { condition, values, most = -1 }: Selection,
): RunRecord[] {
  const living = rememberAlive(alive);
  return database
    .all(
      `SELECT ${record} AS record FROM run WHERE removed IS NULL AND (${condition})
       ORDER BY created DESC, id DESC LIMIT ?`,
      ...[...values, most],
    )
    .map((row) => recordOf(JSON.parse(text(row.record)) as StoredRecord, living));
}

/** What tells where the steps of a run lie in time and in epochs. */
export type RunTimeline = Pick<RunRecord, 'run' | 'created' | 'started' | 'epoch' | 'step' | 'totalSteps'> & {
  readonly parameters: Readonly<Partial<Record<'examples' | 'batch' | 'epochs', unknown>>>;
};

const timeline = `json_object('run', id, 'created', created, 'started', started, 'epoch', epoch, 'step', step,
  'totalSteps', total_steps, 'parameters', (SELECT json_group_object(name, json(value)) FROM run_parameter
    WHERE run = run.id AND name IN ('examples', 'batch', 'epochs')))`;

/** Of these runs, without those that are removed: a picture of many curves asks for no more. */
export function readTimelines(database: Database, runs: readonly string[]): Map<string, RunTimeline> {
  const rows = database.all(
    `SELECT ${timeline} AS timeline FROM run WHERE removed IS NULL AND id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(runs),
  );
  return new Map(
    rows.map((row) => {
      const read = JSON.parse(text(row.timeline)) as RunTimeline;
      return [read.run, read];
    }),
  );
}

/** What a row says, corrected by whether the process that does the run still lives. */
export function statusOf(row: Readonly<Record<string, unknown>>, alive: typeof isAlive): RunStatus {
  const status = runStatusSchema.parse(row.status);
  if (isEnded(status)) return status;
  const { pid, process_started: startedAt, host } = row;
  if (typeof pid !== 'number' || typeof startedAt !== 'string' || typeof host !== 'string') return 'interrupted';
  return alive({ pid, startedAt, host }) ? status : 'interrupted';
}

/** Asking the system costs a file; a list of runs of one process asks once. */
function rememberAlive(alive: typeof isAlive): typeof isAlive {
  const known = new Map<string, boolean>();
  return (identity: ProcessIdentity) => {
    const key = `${identity.host} ${identity.pid} ${identity.startedAt}`;
    let living = known.get(key);
    if (living === undefined) known.set(key, (living = alive(identity)));
    return living;
  };
}

/** Texts and numbers have the types of the table's columns; what are documents is checked. */
type StoredRecord = Omit<RunRecord, Checked | 'work'> & Readonly<Record<Checked | Stored, unknown>>;
type Stored = 'pid' | 'process_started' | 'host' | 'worked' | 'worked_until';
type Checked = 'status' | 'metrics' | 'fault' | 'parameters' | 'archived';

function recordOf(stored: StoredRecord, alive: typeof isAlive): RunRecord {
  const { pid, process_started, host, worked, worked_until, ...own } = stored;
  const status = statusOf({ status: stored.status, pid, process_started, host }, alive);
  return {
    ...own,
    status,
    ...workOf(worked, worked_until, status),
    metrics: checked(stored.metrics, isMetric, metricsSchema),
    parameters: checked(stored.parameters, isParameter, parametersSchema),
    fault: stored.fault === null ? null : faultSchema.parse(stored.fault),
    archived: stored.archived === 1,
  };
}

const isMetric = (value: unknown): boolean => typeof value === 'number' || value === null;
const isParameter = (value: unknown): boolean =>
  isMetric(value) || typeof value === 'string' || typeof value === 'boolean';

/** What the schema says, which is asked only where something is wrong: for ten thousand records it takes as long as reading them. */
function checked<T extends object>(document: unknown, isEntry: (value: unknown) => boolean, schema: z.ZodType<T>): T {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return schema.parse(document);
  for (const key in document)
    if (!isEntry((document as Readonly<Record<string, unknown>>)[key])) return schema.parse(document);
  return document as T;
}

/** Of a process that died it is what it told last. */
function workOf(worked: unknown, until: unknown, status: RunStatus): Pick<RunRecord, 'work'> {
  if (typeof worked !== 'number') return {};
  const goesOn = typeof until === 'number' && !isEnded(status);
  return { work: { seconds: worked / 1000, since: goesOn ? new Date(until).toISOString() : null } };
}
