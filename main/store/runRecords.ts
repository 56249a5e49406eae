// Reads the records of runs in bulk: three sweeps over the tables, joined in memory, however many runs there are.
import type { RunRecord } from '../../contract/services/runs.js';
import { faultSchema } from '../../contract/fault.js';
import {
  isEnded,
  metricsSchema,
  parameterSchema,
  runStatusSchema,
  type Parameter,
  type RunStatus,
} from '../../contract/run.js';
import { z } from 'zod';
import { text, type Bindable, type Database, type Row } from './database.js';
import type { isAlive } from './processIdentity.js';
import { type ProcessIdentity } from './processIdentity.js';

const parametersSchema = z.record(z.string(), parameterSchema);

/** Without the request, which holds a whole model and is wanted one at a time. */
const columns = `id, name, status, data, model, backend, seed, created, started, ended, epoch, step, total_steps, metrics,
  fault, pid, process_started, host, notes, archived`;

/** Which runs; `condition` is SQL about the table `run`. */
export interface Selection {
  readonly condition: string;
  readonly values: readonly Bindable[];
}

/** Records that are not removed, the newest first. `alive` is asked once a process. */
export function readRecords(
  database: Database,
  alive: typeof isAlive,
  { condition, values }: Selection = { condition: 'true', values: [] },
): RunRecord[] {
  const chosen = `removed IS NULL AND (${condition})`;
  const rows = database.all(`SELECT ${columns} FROM run WHERE ${chosen} ORDER BY created DESC, id DESC`, ...values);
  const among = condition === 'true' ? '' : `WHERE run IN (SELECT id FROM run WHERE ${chosen})`;
  const parameters = readParameters(database, among, values);
  const tags = readTags(database, among, values);
  const living = rememberAlive(alive);
  return rows.map((row) => {
    const id = text(row.id);
    return recordOf(row, parameters.get(id) ?? {}, tags.get(id) ?? [], living);
  });
}

/** What a row says, corrected by whether the process that does the run still lives. */
export function statusOf(row: Row, alive: typeof isAlive): RunStatus {
  const status = runStatusSchema.parse(row.status);
  if (isEnded(status)) return status;
  const [pid, startedAt, host] = [row.pid, row.process_started, row.host];
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

function readParameters(
  database: Database,
  among: string,
  values: readonly Bindable[],
): Map<string, Readonly<Record<string, Parameter>>> {
  const rows = database.all(
    `SELECT run, json_group_object(name, json(value)) AS parameters FROM run_parameter ${among} GROUP BY run`,
    ...values,
  );
  return new Map(rows.map((row) => [text(row.run), parametersSchema.parse(JSON.parse(text(row.parameters)))]));
}

function readTags(database: Database, among: string, values: readonly Bindable[]): Map<string, string[]> {
  const tags = new Map<string, string[]>();
  for (const row of database.all(`SELECT run, tag FROM run_tag ${among} ORDER BY run, tag`, ...values)) {
    const run = text(row.run);
    const list = tags.get(run);
    if (list) list.push(text(row.tag));
    else tags.set(run, [text(row.tag)]);
  }
  return tags;
}

function recordOf(
  row: Row,
  parameters: Readonly<Record<string, Parameter>>,
  tags: readonly string[],
  alive: typeof isAlive,
): RunRecord {
  return {
    run: text(row.id),
    name: text(row.name),
    status: statusOf(row, alive),
    data: text(row.data),
    model: text(row.model),
    backend: text(row.backend),
    seed: Number(row.seed),
    created: text(row.created),
    started: row.started as string | null,
    ended: row.ended as string | null,
    epoch: Number(row.epoch),
    step: Number(row.step),
    totalSteps: Number(row.total_steps),
    metrics: metricsSchema.parse(JSON.parse(text(row.metrics))),
    parameters: { ...parameters },
    tags: [...tags],
    fault: row.fault === null ? null : faultSchema.parse(JSON.parse(text(row.fault))),
    notes: text(row.notes),
    archived: row.archived === 1,
  };
}
