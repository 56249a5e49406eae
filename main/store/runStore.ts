// The records of runs. What a record says of a running run is true only while its process lives: else it was interrupted.
import { z } from 'zod';
import { faultCodes, faultSchema, type Fault } from '../../contract/fault.js';
import {
  isEnded,
  metricsSchema,
  parameterSchema,
  runStatusSchema,
  type Metrics,
  type Parameter,
  type RunStatus,
  type RunSummary,
} from '../../contract/run.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { text, type Database, type Row } from './database.js';
import { isAlive, ownIdentity } from './processIdentity.js';
import { makeRunId } from './runId.js';

export interface NewRun {
  readonly name: string;
  readonly data: string;
  readonly model: string;
  readonly backend: string;
  readonly seed: number;
  /** As the trainer got it: JSON. */
  readonly request: unknown;
}

export interface RunChange {
  readonly epoch?: number;
  readonly step?: number;
  readonly totalSteps?: number;
  readonly backend?: string;
  /** Joined with those known. */
  readonly metrics?: Metrics;
}

/** A list of runs; each part is optional. */
export interface RunFilter {
  readonly status?: RunStatus;
  readonly data?: string;
  readonly tag?: string;
}

const parametersSchema = z.record(z.string(), parameterSchema);
const tagsSchema = z.array(z.string());
const columns = `run.*,
  (SELECT json_group_object(name, json(value)) FROM run_parameter WHERE run_parameter.run = run.id) AS parameters,
  (SELECT json_group_array(tag) FROM run_tag WHERE run_tag.run = run.id) AS tags`;

export class RunStore {
  constructor(
    private readonly database: Database,
    private readonly alive: typeof isAlive = isAlive,
  ) {}

  /** Makes a record in the state `queued` that belongs to this process. @returns its id */
  create(run: NewRun): string {
    const own = ownIdentity();
    return this.database.transaction(() => {
      let id = makeRunId(run.name);
      while (this.database.get('SELECT 1 FROM run WHERE id = ?', id)) id = makeRunId(run.name);
      this.database.run(
        `INSERT INTO run (id, name, status, data, model, backend, seed, request, created, pid, process_started, host)
         VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[id, run.name, run.data, run.model, run.backend, run.seed, JSON.stringify(run.request), now()],
        ...[own.pid, own.startedAt, own.host],
      );
      return id;
    });
  }

  /** Adds the record of a run that came from elsewhere. @throws EngineError `run.state` when its id is taken */
  insert(summary: RunSummary, request: unknown): void {
    this.database.transaction(() => {
      if (this.database.get('SELECT 1 FROM run WHERE id = ?', summary.run))
        throw new EngineError(faultCodes.runState, `Run '${summary.run}': it is in this workspace already.`);
      const ended = isEnded(summary.status) ? summary.status : 'interrupted';
      this.database.run(
        `INSERT INTO run (id, name, status, data, model, backend, seed, request, created, started, ended, epoch, step, total_steps, metrics, fault)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[summary.run, summary.name, ended, summary.data, summary.model, summary.backend, summary.seed],
        ...[JSON.stringify(request), summary.created, summary.started, summary.ended, summary.epoch, summary.step],
        ...[summary.totalSteps, JSON.stringify(summary.metrics), summary.fault && JSON.stringify(summary.fault)],
      );
      this.setParameters(summary.run, summary.parameters);
      for (const tag of summary.tags) this.tag(summary.run, tag);
    });
  }

  /**
   * The run whose id is `name`, begins with it, or ends with it after a dash.
   * @throws EngineError `run.notFound`, `run.ambiguous`
   */
  find(name: string): RunSummary {
    const like = name.replace(/[\\%_]/g, '\\$&');
    const rows = this.database.all(
      `SELECT ${columns} FROM run WHERE id = ? OR id LIKE ? ESCAPE '\\' OR id LIKE ? ESCAPE '\\' ORDER BY id LIMIT 6`,
      ...[name, `${like}%`, `%-${like}`],
    );
    const exact = rows.find((row) => row.id === name);
    const row = exact ?? rows[0];
    if (name === '' || !row)
      throw new EngineError(
        faultCodes.runMissing,
        `Run '${name}': there is no such run in this workspace. \`runs\` lists them.`,
      );
    if (!exact && rows.length > 1) {
      const found = rows.map((other) => text(other.id)).join(', ');
      throw new EngineError(
        faultCodes.runAmbiguous,
        `Run '${name}': several runs fit (${found}). Type more of the name.`,
      );
    }
    return this.summary(row);
  }

  has(id: string): boolean {
    return this.database.get('SELECT 1 FROM run WHERE id = ?', id) !== undefined;
  }

  /** The newest first. */
  list(filter: RunFilter = {}): RunSummary[] {
    const { data = null, tag = null } = filter;
    const rows = this.database.all(
      `SELECT ${columns} FROM run
       WHERE (? IS NULL OR data = ?) AND (? IS NULL OR id IN (SELECT run FROM run_tag WHERE tag = ?))
       ORDER BY created DESC, id DESC`,
      ...[data, data, tag, tag],
    );
    // The status is not in the table alone: see `statusOf`.
    return rows.map((row) => this.summary(row)).filter(({ status }) => !filter.status || status === filter.status);
  }

  /** What the run was asked to do: JSON, as it was given to `create`. */
  request(id: string): unknown {
    return JSON.parse(text(this.row(id).request));
  }

  /**
   * Takes the run for this process, as `running`. Only one process gets it.
   * @throws EngineError `run.busy` when a living process has it, `run.notFound`
   */
  claim(id: string): void {
    this.take(id, 'running');
  }

  /**
   * Takes an ended run for this process as one that waits for its turn.
   * @throws EngineError `run.busy` when a living process has it, `run.notFound`
   */
  enqueue(id: string): void {
    this.take(id, 'queued');
  }

  private take(id: string, status: 'running' | 'queued'): void {
    this.database.transaction(() => {
      const row = this.row(id);
      const isOwn = row.pid === ownIdentity().pid && row.process_started === ownIdentity().startedAt;
      if (!isEnded(this.statusOf(row)) && !isOwn)
        throw new EngineError(
          faultCodes.runBusy,
          `Run '${id}': process ${Number(row.pid)} on '${text(row.host ?? '')}' is at work on it.`,
        );
      const { pid, startedAt, host } = ownIdentity();
      this.database.run(
        `UPDATE run SET status = ?, started = coalesce(started, ?), ended = NULL, fault = NULL,
           pid = ?, process_started = ?, host = ? WHERE id = ?`,
        ...[status, status === 'running' ? now() : null, pid, startedAt, host, id],
      );
    });
  }

  update(id: string, change: RunChange): void {
    const { epoch = null, step = null, totalSteps = null, backend = null, metrics } = change;
    this.database.transaction(() => {
      this.database.run(
        `UPDATE run SET epoch = coalesce(?, epoch), step = coalesce(?, step), total_steps = coalesce(?, total_steps),
           backend = coalesce(?, backend) WHERE id = ?`,
        ...[epoch, step, totalSteps, backend, id],
      );
      if (metrics) this.joinMetrics(id, metrics);
    });
  }

  /** Changes the state; an ended run no longer belongs to a process. */
  setStatus(id: string, status: RunStatus, fault: Fault | null = null): void {
    const document = fault && JSON.stringify(fault);
    if (!isEnded(status)) this.database.run('UPDATE run SET status = ?, fault = ? WHERE id = ?', status, document, id);
    else
      this.database.run(
        'UPDATE run SET status = ?, fault = ?, ended = ?, pid = NULL, process_started = NULL, host = NULL WHERE id = ?',
        ...[status, document, now(), id],
      );
  }

  setParameters(id: string, parameters: Readonly<Record<string, Parameter>>): void {
    this.database.transaction(() => {
      for (const [name, value] of Object.entries(parameters))
        this.database.run(
          'INSERT OR REPLACE INTO run_parameter (run, name, value) VALUES (?, ?, ?)',
          id,
          name,
          JSON.stringify(value),
        );
    });
  }

  tag(id: string, tag: string): void {
    this.database.run('INSERT OR IGNORE INTO run_tag (run, tag) VALUES (?, ?)', id, tag);
  }

  /** Removes the record and its metrics; the folder is the workspace's to remove. */
  remove(id: string): void {
    this.database.run('DELETE FROM run WHERE id = ?', id);
  }

  private joinMetrics(id: string, metrics: Metrics): void {
    const known = metricsSchema.parse(JSON.parse(text(this.row(id).metrics)));
    // JSON has no NaN: a metric that diverged reads as null.
    this.database.run('UPDATE run SET metrics = ? WHERE id = ?', JSON.stringify({ ...known, ...metrics }), id);
  }

  private row(id: string): Row {
    const row = this.database.get('SELECT * FROM run WHERE id = ?', id);
    if (!row) throw new EngineError(faultCodes.runMissing, `Run '${id}': there is no such run in this workspace.`);
    return row;
  }

  private statusOf(row: Row): RunStatus {
    const status = runStatusSchema.parse(row.status);
    if (isEnded(status)) return status;
    const [pid, startedAt, host] = [row.pid, row.process_started, row.host];
    if (typeof pid !== 'number' || typeof startedAt !== 'string' || typeof host !== 'string') return 'interrupted';
    return this.alive({ pid, startedAt, host }) ? status : 'interrupted';
  }

  private summary(row: Row): RunSummary {
    return {
      run: text(row.id),
      name: text(row.name),
      status: this.statusOf(row),
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
      parameters: parametersSchema.parse(JSON.parse(text(row.parameters))),
      tags: tagsSchema.parse(JSON.parse(text(row.tags))),
      fault: row.fault === null ? null : faultSchema.parse(JSON.parse(text(row.fault))),
    };
  }
}

function now(): string {
  return new Date().toISOString();
}
