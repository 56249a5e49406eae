// The records of runs. What a record says of a running run is true only while its process lives: else it was interrupted.
import { faultCodes, type Fault } from '../../contract/fault.js';
import {
  isEnded,
  metricsSchema,
  type Metrics,
  type Parameter,
  type RunStatus,
  type RunSummary,
} from '../../contract/run.js';
import type { RunCount, RunRecord } from '../../contract/services/runs.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { text, type Database, type Row } from './database.js';
import { isAlive, ownIdentity } from './processIdentity.js';
import { makeRunId } from './runId.js';
import { readRecords, readTimelines, statusOf, type RunTimeline, type Selection } from './runRecords.js';

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

/** Changes of runs since some earlier time. */
export interface RunChanges {
  /** Records that came or changed. */
  readonly runs: readonly RunRecord[];
  /** Those that are gone or removed. */
  readonly removed: readonly string[];
  /** To be asked with next. */
  readonly number: number;
}

/** How a run ended. */
export interface RunEnd {
  readonly status: RunStatus;
  readonly fault: Fault | null;
}

export class RunStore {
  /** Ends that could not be written, mostly because the disk is full; whoever reads here sees them all the same. */
  private readonly unwritten = new Map<string, RunEnd>();

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
        `INSERT INTO run (id, name, status, data, model, backend, seed, request, created, started, ended, epoch, step, total_steps, metrics, fault, worked)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[summary.run, summary.name, ended, summary.data, summary.model, summary.backend, summary.seed],
        ...[JSON.stringify(request), summary.created, summary.started, summary.ended, summary.epoch, summary.step],
        ...[summary.totalSteps, JSON.stringify(summary.metrics), summary.fault && JSON.stringify(summary.fault)],
        summary.work ? summary.work.seconds * 1000 : null,
      );
      this.setParameters(summary.run, summary.parameters);
      for (const tag of summary.tags) this.tag(summary.run, tag);
    });
  }

  /**
   * The run whose id is `name`, begins with it, or ends with it after a dash.
   * @throws EngineError `run.notFound`, `run.ambiguous`
   */
  find(name: string): RunRecord {
    const like = name.replace(/[\\%_]/g, '\\$&');
    const found = this.database.all(
      `SELECT id FROM run WHERE removed IS NULL AND (id = ? OR id LIKE ? ESCAPE '\\' OR id LIKE ? ESCAPE '\\')
       ORDER BY id LIMIT 6`,
      ...[name, `${like}%`, `%-${like}`],
    );
    const ids = found.map((row) => text(row.id));
    const exact = ids.find((id) => id === name);
    const id = exact ?? ids[0];
    if (name === '' || id === undefined) throw missing(name);
    if (exact === undefined && ids.length > 1)
      throw new EngineError(
        faultCodes.runAmbiguous,
        `Run '${name}': several runs fit (${ids.join(', ')}). Type more of the name.`,
      );
    return this.records([id])[0]!;
  }

  has(id: string): boolean {
    return this.database.get('SELECT 1 FROM run WHERE id = ?', id) !== undefined;
  }

  /** The newest first, without those that are removed. */
  list(filter: RunFilter = {}): RunRecord[] {
    const { data = null, tag = null } = filter;
    const condition = '(? IS NULL OR data = ?) AND (? IS NULL OR id IN (SELECT run FROM run_tag WHERE tag = ?))';
    const records = this.read({ condition, values: [data, data, tag, tag] });
    // The status is not in the table alone: see `statusOf`.
    return filter.status ? records.filter(({ status }) => status === filter.status) : records;
  }

  /** A part of the list: at most so many, those that follow a run in it. */
  page(most?: number, after?: Pick<RunRecord, 'created' | 'run'>): RunRecord[] {
    const all = { condition: 'true', values: [], most };
    const rest = after && { condition: '(created, id) < (?, ?)', values: [after.created, after.run], most };
    return this.read(rest ?? all);
  }

  count(): RunCount {
    const sql = 'SELECT count(*) AS runs, sum(archived) AS archived FROM run WHERE removed IS NULL';
    const row = this.database.get(sql);
    return { all: Number(row?.runs ?? 0), archived: Number(row?.archived ?? 0) };
  }

  /** These runs, the newest first; ids that no run has, or a removed one, are left out. */
  records(ids: readonly string[]): RunRecord[] {
    const condition = 'id IN (SELECT value FROM json_each(?))';
    return this.read({ condition, values: [JSON.stringify(ids)] });
  }

  timelines(ids: readonly string[]): ReadonlyMap<string, RunTimeline> {
    return readTimelines(this.database, ids);
  }

  /** The number of the last change of any run, by whichever process. */
  changeNumber(): number {
    return Number(this.database.get('SELECT max(number) AS number FROM run_change')?.number ?? 0);
  }

  /** What changed after `since`, a number of {@link changeNumber}. */
  changesAfter(since: number): RunChanges {
    const rows = this.database.all('SELECT run, number FROM run_change WHERE number > ? ORDER BY number', since);
    if (rows.length === 0) return { runs: [], removed: [], number: since };
    const ids = rows.map((row) => text(row.run));
    const runs = this.records(ids);
    const there = new Set(runs.map(({ run }) => run));
    return { runs, removed: ids.filter((id) => !there.has(id)), number: Number(rows.at(-1)!.number) };
  }

  rename(id: string, name: string): void {
    this.changeOne('UPDATE run SET name = ? WHERE id = ?', name, id);
  }

  setNotes(id: string, notes: string): void {
    this.changeOne('UPDATE run SET notes = ? WHERE id = ?', notes, id);
  }

  setArchived(ids: readonly string[], archived: boolean): void {
    const sql = 'UPDATE run SET archived = ? WHERE id IN (SELECT value FROM json_each(?)) AND archived <> ?';
    this.database.run(sql, Number(archived), JSON.stringify(ids), Number(archived));
  }

  /**
   * Marks runs as removed, or takes that back: nothing finds a removed run, but its files and metrics stay until
   * {@link removedIds} are removed for good.
   */
  setRemoved(ids: readonly string[], removed: boolean): void {
    this.database.run(
      'UPDATE run SET removed = ? WHERE id IN (SELECT value FROM json_each(?)) AND (removed IS NULL) = ?',
      ...[removed ? now() : null, JSON.stringify(ids), Number(removed)],
    );
  }

  removedIds(): string[] {
    return this.database.all('SELECT id FROM run WHERE removed IS NOT NULL').map((row) => text(row.id));
  }

  /** Puts tags on runs and takes others off. */
  changeTags(ids: readonly string[], add: readonly string[], remove: readonly string[]): void {
    this.database.transaction(() => {
      for (const id of ids) {
        if (!this.has(id)) throw missing(id);
        for (const tag of add) this.tag(id, tag);
        for (const tag of remove) this.database.run('DELETE FROM run_tag WHERE run = ? AND tag = ?', id, tag);
      }
    });
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
      if (!isEnded(statusOf(row, this.alive)) && !isOwn)
        throw new EngineError(
          faultCodes.runBusy,
          `Run '${id}': process ${Number(row.pid)} on '${text(row.host ?? '')}' is at work on it.`,
        );
      const { pid, startedAt, host } = ownIdentity();
      this.database.run(
        `UPDATE run SET status = ?, started = coalesce(started, ?), ended = NULL, fault = NULL,
           worked = CASE WHEN started IS NULL THEN 0 ELSE worked END, worked_until = ?,
           pid = ?, process_started = ?, host = ? WHERE id = ?`,
        ...[status, status === 'running' ? now() : null, status === 'running' ? Date.now() : null],
        ...[pid, startedAt, host, id],
      );
    });
    this.unwritten.delete(id);
  }

  update(id: string, change: RunChange): void {
    const { epoch = null, step = null, totalSteps = null, backend = null, metrics } = change;
    this.database.transaction(() => {
      this.database.run(
        `UPDATE run SET epoch = coalesce(?, epoch), step = coalesce(?, step), total_steps = coalesce(?, total_steps),
           backend = coalesce(?, backend) WHERE id = ?`,
        ...[epoch, step, totalSteps, backend, id],
      );
      if (step !== null) this.addWork(id, true);
      if (metrics) this.joinMetrics(id, metrics);
    });
  }

  /** Changes the state; an ended run no longer belongs to a process. */
  setStatus(id: string, status: RunStatus, fault: Fault | null = null): void {
    const document = fault && JSON.stringify(fault);
    this.addWork(id, status === 'running');
    if (!isEnded(status)) this.database.run('UPDATE run SET status = ?, fault = ? WHERE id = ?', status, document, id);
    else
      this.database.run(
        'UPDATE run SET status = ?, fault = ?, ended = ?, pid = NULL, process_started = NULL, host = NULL WHERE id = ?',
        ...[status, document, now(), id],
      );
  }

  /** Where it cannot be written (a full disk) it is remembered, and written by {@link writeEnds} when there is room again. */
  end(id: string, end: RunEnd): void {
    this.unwritten.set(id, end);
    this.writeEnds();
  }

  /** Writes the ends that could not be written when they came. @returns those that still cannot */
  writeEnds(): readonly string[] {
    for (const [id, { status, fault }] of this.unwritten)
      try {
        this.setStatus(id, status, fault);
        this.unwritten.delete(id);
      } catch (error) {
        if (!isStoreFault(error)) throw error;
      }
    return [...this.unwritten.keys()];
  }

  /** Counts the time since the last report as time at work. `goesOn`: whether it is at work from now on. */
  private addWork(id: string, goesOn: boolean): void {
    const time = Date.now();
    this.database.run(
      'UPDATE run SET worked = worked + coalesce(max(0, ? - worked_until), 0), worked_until = ? WHERE id = ?',
      ...[time, goesOn ? time : null, id],
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

  private read(selection: Selection): RunRecord[] {
    const records = readRecords(this.database, this.alive, selection);
    return this.unwritten.size === 0
      ? records
      : records.map((record) => ({ ...record, ...this.unwritten.get(record.run) }));
  }

  private changeOne(sql: string, value: string, id: string): void {
    if (this.database.run(sql, value, id) === 0) throw missing(id);
  }

  private row(id: string): Row {
    const row = this.database.get('SELECT * FROM run WHERE id = ?', id);
    if (!row) throw missing(id);
    return row;
  }
}

function isStoreFault(error: unknown): boolean {
  return error instanceof EngineError && error.code.startsWith('store.');
}

function missing(name: string): EngineError {
  return new EngineError(
    faultCodes.runMissing,
    `Run '${name}': there is no such run in this workspace. \`runs\` lists them.`,
  );
}

function now(): string {
  return new Date().toISOString();
}
