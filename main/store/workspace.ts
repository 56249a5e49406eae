// A workspace: a folder with `descent.sqlite` and, beside it in open formats, the files of data sets and runs.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { faultCodes } from '../../contract/fault.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { diskFileSystem, type FileSystem } from './atomicFile.js';
import { CheckpointStore } from './checkpointStore.js';
import { CurveReader } from './curveReader.js';
import { Database } from './database.js';
import { DatasetStore } from './datasetStore.js';
import { readBuckets, readMetric, seriesNames, type MetricBucket, type StepRange } from './metricReader.js';
import { MetricWriter, removeMetricsAfter } from './metricWriter.js';
import { ModelStore } from './modelStore.js';
import { isRunId } from './runId.js';
import { RunLog } from './runLog.js';
import { RunQueue } from './runQueue.js';
import { RunStore } from './runStore.js';
import { StateStore } from './stateStore.js';
import { StepTimes } from './stepTimes.js';
import { guarded } from './storeError.js';

const databaseName = 'descent.sqlite';

export interface OpenOptions {
  /** Make the workspace when the folder is missing or empty. A folder with other things in it is never taken. */
  readonly create: boolean;
}

/**
 * @throws EngineError `workspace.notFound`, `workspace.foreign`, `workspace.newer`, `workspace.corrupt`, `store.*`
 */
export function openWorkspace(folder: string, { create }: OpenOptions, files: FileSystem = diskFileSystem): Workspace {
  const path = resolve(folder);
  guarded(`Workspace '${path}'`, () => prepareFolder(path, create));
  return new Workspace(path, Database.open(join(path, databaseName)), files);
}

function prepareFolder(path: string, create: boolean): void {
  if (existsSync(join(path, databaseName))) return;
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (existsSync(path) && !isFolder)
    throw new EngineError(faultCodes.workspaceForeign, `Workspace '${path}': it must be a folder, but is a file.`);
  if (isFolder && readdirSync(path).length > 0)
    throw new EngineError(
      faultCodes.workspaceForeign,
      `Workspace '${path}': the folder holds other things and no '${databaseName}'. Name a workspace, or an empty or new folder.`,
    );
  if (!create)
    throw new EngineError(
      faultCodes.workspaceMissing,
      `Workspace '${path}': there is none. Train something first, or name another folder with --workspace.`,
    );
  mkdirSync(path, { recursive: true });
}

export class Workspace {
  readonly runs: RunStore;
  readonly curves: CurveReader;
  readonly datasets: DatasetStore;
  readonly models: ModelStore;
  readonly runLog: RunLog;
  readonly runQueue: RunQueue;
  readonly stepTimes: StepTimes;
  readonly state: StateStore;

  constructor(
    readonly path: string,
    private readonly database: Database,
    readonly files: FileSystem,
  ) {
    this.runs = new RunStore(database);
    this.curves = new CurveReader(database);
    this.datasets = new DatasetStore(database);
    this.models = new ModelStore(database);
    this.runLog = new RunLog(database);
    this.runQueue = new RunQueue(database);
    this.stepTimes = new StepTimes(database);
    this.state = new StateStore(database);
  }

  /** The folder of a run: `spec.json`, `step.onnx`, `model.onnx`, `checkpoints/`. */
  runFolder(id: string): string {
    return join(this.path, 'runs', harmless(id));
  }

  /** The folder of a data set: `dataset.json`, `*.npy`. */
  datasetFolder(id: string): string {
    return join(this.path, 'datasets', harmless(id));
  }

  checkpoints(id: string): CheckpointStore {
    return new CheckpointStore(join(this.runFolder(id), 'checkpoints'), this.files);
  }

  metricWriter(id: string): MetricWriter {
    return new MetricWriter(this.database, id);
  }

  /** See {@link removeMetricsAfter}. */
  removeMetricsAfter(id: string, step: number): void {
    removeMetricsAfter(this.database, id, step);
  }

  metricNames(id: string): string[] {
    return seriesNames(this.database, id);
  }

  /** Every point of a metric. */
  metric(id: string, name: string, range?: StepRange): { step: number; value: number; time: number }[] {
    return readMetric(this.database, id, name, range);
  }

  /** A metric at a coarser resolution: see {@link readBuckets}. */
  metricBuckets(id: string, name: string, count: number, range?: StepRange): MetricBucket[] {
    return readBuckets(this.database, id, name, count, range);
  }

  /** Many changes at once: one commit, all or none. */
  transaction<T>(work: () => T): T {
    return this.database.transaction(work);
  }

  /** Removes a run, its metrics and its folder. */
  removeRun(id: string): void {
    const folder = this.runFolder(id);
    this.runs.remove(id);
    guarded(`Folder '${folder}'`, () => rmSync(folder, { recursive: true, force: true }));
  }

  /** How many there are of each, without the removed ones. */
  counts(): { readonly datasets: number; readonly models: number; readonly runs: number } {
    const count = (from: string): number => Number(this.database.get(`SELECT count(*) AS count FROM ${from}`)!.count);
    return {
      datasets: count('dataset WHERE removed IS NULL'),
      models: count('model WHERE removed IS NULL'),
      runs: count('run WHERE removed IS NULL'),
    };
  }

  close(): void {
    this.database.close();
  }
}

/** Ids become folder names, so they must not lead elsewhere. */
function harmless(id: string): string {
  if (!isRunId(id))
    throw new EngineError(
      faultCodes.runMissing,
      `'${id}': it must be letters, digits and dashes to be the name of a folder.`,
    );
  return id;
}
