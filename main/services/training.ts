// Training: makes the run, starts the trainer, and writes down what it tells: metrics, checkpoints, files, state.
// The trainer (`train.node` of workers) gets a TrainJob and sends TrainerEvents; it never touches the workspace.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { faultCodes, faultOf, type Fault } from '../../contract/fault.js';
import { isEnded, type Metrics } from '../../contract/run.js';
import type { CheckpointFrame } from '../../contract/tensorFrame.js';
import {
  trainRequestSchema,
  type MetricPoints,
  type TrainEvent,
  type TrainJob,
  type TrainOutcome,
  type TrainRequest,
  type TrainerEvent,
} from '../../contract/training.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { writeAtomic } from '../store/atomicFile.js';
import type { MetricWriter } from '../store/metricWriter.js';
import type { Workspace } from '../store/workspace.js';
import { runInWorker, windowClosed, WorkerError, type Launch, type WorkerControl } from './launcher.js';
import { PointTimes } from './pointTimes.js';
import { RunConsole } from './runConsole.js';

/** The data of a request, prepared for the trainer, with the request completed by the defaults of the data. */
export interface PreparedTraining {
  readonly request: TrainRequest;
  /** Goes to the trainer as it is (a structured clone); large columns of the workspace as places in files, which it reads. */
  readonly data: unknown;
}

export interface TrainingPorts {
  readonly workspace: Workspace;
  readonly launch: Launch;
  /** With a run: as that run was made, with its data read again. */
  readonly prepare: (request: TrainRequest, workspace: Workspace, run?: string) => Promise<PreparedTraining>;
  /** The trainer's entry (default `train.node`). */
  readonly entry?: string;
}

/** What is to compute a run whose request left it open, and why. */
export interface BackendChoice {
  readonly backend: TrainRequest['backend'];
  /** Left out: it was asked for, or the trainer says so. */
  readonly reason?: string | undefined;
}

export interface TrainingWatch {
  /** Called for every event, the outcome included. */
  readonly onEvent: (event: TrainEvent) => void;
  /** Abort it to stop: the trainer saves a checkpoint, the run is marked interrupted. */
  readonly signal?: AbortSignal | undefined;
  /** Called with metrics as they come; `time`: milliseconds since the run started. */
  readonly onPoints?: ((series: readonly MetricPoints[], time: number) => void) | undefined;
  readonly choice?: BackendChoice | undefined;
  /** Is given what pauses the training and lets it go on. */
  readonly onStart?: ((control: WorkerControl) => void) | undefined;
}

const defaultKeep = 3;

/**
 * Trains from the start. A request that cannot be trained throws before a run is made; from then on the outcome tells.
 * @throws EngineError of data, model and workspace
 */
export async function train(ports: TrainingPorts, asked: TrainRequest, watch: TrainingWatch): Promise<TrainOutcome> {
  const { request, data } = await ports.prepare(trainRequestSchema.parse(asked), ports.workspace);
  return new Training(ports, createRun(ports.workspace, request), request, watch).execute(data, null);
}

/** Makes the record of a run that waits for its turn. @returns its id */
export function createRun(workspace: Workspace, request: TrainRequest): string {
  return workspace.runs.create({
    name: request.name ?? request.modelName ?? request.data.replace(/^.*[\\/]/, ''),
    data: request.data,
    model: request.modelName ?? 'default',
    backend: request.backend,
    seed: request.seed,
    request,
  });
}

/**
 * Trains a run that waits in this process: from its last checkpoint, or from the start where it has none. Whatever fails is its
 * outcome.
 * @throws EngineError `run.busy` when another process has it by now
 */
export async function trainQueued(ports: TrainingPorts, run: string, watch: TrainingWatch): Promise<TrainOutcome> {
  const request = trainRequestSchema.parse(ports.workspace.runs.request(run));
  const training = new Training(ports, run, request, watch);
  training.claim();
  return training.settle(async () => {
    const checkpoint = await latestCheckpoint(ports.workspace, run);
    const prepared = await ports.prepare(request, ports.workspace, checkpoint ? run : undefined);
    if (watch.signal?.aborted) return training.stopBefore(checkpoint?.step ?? 0);
    return training.execute(prepared.data, checkpoint);
  });
}

async function latestCheckpoint(workspace: Workspace, run: string): Promise<CheckpointFrame | null> {
  const store = workspace.checkpoints(run);
  return (await store.steps()).length > 0 ? store.loadLatest() : null;
}

/**
 * Continues a run from its last checkpoint, to the bit as if it had never stopped.
 * @throws EngineError `run.state` when it is finished, `run.busy`, `checkpoint.notFound`, and those of {@link train}
 */
export async function resume(ports: TrainingPorts, run: string, watch: TrainingWatch): Promise<TrainOutcome> {
  const { runs } = ports.workspace;
  const { status } = runs.find(run);
  if (status === 'finished')
    throw new EngineError(
      faultCodes.runState,
      `Run '${run}': it is finished, so there is nothing to continue. Train anew with more epochs.`,
    );
  if (!isEnded(status))
    throw new EngineError(
      faultCodes.runBusy,
      `Run '${run}': it must have stopped, but is ${status} in another process.`,
    );
  const checkpoint = await ports.workspace.checkpoints(run).loadLatest();
  const { request, data } = await ports.prepare(trainRequestSchema.parse(runs.request(run)), ports.workspace, run);
  return new Training(ports, run, request, watch).execute(data, checkpoint);
}

/** One run while it is being trained. */
class Training {
  private readonly metrics: MetricWriter;
  private readonly console: RunConsole;
  private latest: Metrics = {};
  private outcome: TrainOutcome | undefined;
  private savedStep = 0;
  private startedAt = Date.now();
  private readonly pointTimes = new PointTimes();

  constructor(
    private readonly ports: TrainingPorts,
    private readonly run: string,
    private readonly request: TrainRequest,
    private readonly watch: TrainingWatch,
  ) {
    this.metrics = ports.workspace.metricWriter(run);
    this.console = new RunConsole(ports.workspace, run);
  }

  async execute(data: unknown, resumeFrom: CheckpointFrame | null): Promise<TrainOutcome> {
    this.claim();
    const { choice } = this.watch;
    const request = choice ? { ...this.request, backend: choice.backend } : this.request;
    const job: TrainJob = { kind: 'train', run: this.run, request, data, resume: resumeFrom };
    this.savedStep = resumeFrom?.step ?? 0;
    return this.settle(async () => {
      if (resumeFrom) await this.goBack(resumeFrom.step);
      await mkdir(this.workspace.runFolder(this.run), { recursive: true });
      await runInWorker<TrainerEvent, null>(this.ports.launch, {
        entry: this.ports.entry ?? 'train.node',
        job,
        onEvent: (event) => this.handle(event, resumeFrom?.step ?? 0),
        signal: this.watch.signal,
        onStart: this.watch.onStart,
      });
      this.metrics.flush();
      return this.end(
        this.outcome ??
          this.failure({
            code: faultCodes.workerCrashed,
            message: `Run '${this.run}': the trainer ended without an outcome.`,
          }),
      );
    });
  }

  /** An error of the work is the outcome. */
  async settle(work: () => Promise<TrainOutcome>): Promise<TrainOutcome> {
    try {
      return await work();
    } catch (error) {
      const fault = faultOf(error);
      const { run, savedStep: step, latest: metrics } = this;
      // A window that closes says nothing about the training.
      if (error instanceof WorkerError && error.code === windowClosed)
        return this.end({ type: 'interrupted', run, step, metrics, fault });
      return this.end(this.failure(fault));
    }
  }

  /** It was asked to stop while it was being prepared. */
  stopBefore(step: number): TrainOutcome {
    return this.end({ type: 'interrupted', run: this.run, step, metrics: this.latest });
  }

  /** @throws EngineError `run.busy` */
  claim(): void {
    const { runs } = this.workspace;
    runs.claim(this.run);
    const { started } = runs.find(this.run);
    if (started !== null) this.startedAt = Date.parse(started);
  }

  private get workspace(): Workspace {
    return this.ports.workspace;
  }

  private async goBack(step: number): Promise<void> {
    this.workspace.removeMetricsAfter(this.run, step);
    await this.workspace.checkpoints(this.run).removeAfter(step);
  }

  private async handle(event: TrainerEvent, resumedFrom: number): Promise<void> {
    const { run } = this;
    const { runs } = this.workspace;
    switch (event.type) {
      case 'prepared':
        this.pointTimes.begin();
        runs.update(run, { totalSteps: event.totalSteps, backend: event.backend });
        runs.setParameters(run, event.parameters);
        {
          const reason = event.reason ?? this.watch.choice?.reason;
          this.tell({ ...event, ...(reason !== undefined && { reason }), type: 'started', run, resumedFrom });
          return;
        }
      case 'file':
        return writeAtomic(join(this.workspace.runFolder(run), event.name), [event.bytes], this.workspace.files);
      case 'metrics': {
        this.addMetrics(event);
        return;
      }
      case 'progress': {
        this.tell({ ...event, run });
        return;
      }
      case 'epoch':
        this.latest = { ...this.latest, ...event.metrics };
        runs.update(run, event);
        {
          this.tell({ ...event, run });
          return;
        }
      case 'paused':
      case 'continued':
        this.pointTimes.begin();
        runs.setStatus(run, event.type === 'paused' ? 'paused' : 'running', null);
        this.tell({ ...event, run });
        return;
      case 'checkpoint':
        return this.saveCheckpoint(event.checkpoint, event.best);
      case 'finished':
        this.latest = { ...this.latest, ...event.metrics };
        this.outcome = { type: 'finished', run, metrics: this.latest };
        return;
      case 'interrupted':
        this.outcome = { ...event, run, metrics: this.latest };
        return;
      case 'failed':
        this.outcome = this.failure(event.fault);
    }
  }

  private addMetrics({ series }: Extract<TrainerEvent, { type: 'metrics' }>): void {
    const timeOf = this.pointTimes.report();
    for (const { name, steps, values } of series)
      for (const [index, step] of steps.entries())
        this.metrics.addAt(name, { step, time: timeOf(index, steps.length), value: values[index]! });
    this.watch.onPoints?.(series, Date.now() - this.startedAt);
  }

  /** Metrics go first, so that none of the steps before the checkpoint are missing from a run that continues from it. */
  private async saveCheckpoint(checkpoint: CheckpointFrame, best: boolean): Promise<void> {
    this.metrics.flush();
    const keep = this.request.keepCheckpoints ?? defaultKeep;
    await this.workspace.checkpoints(this.run).save(checkpoint, { keep, best });
    this.workspace.runs.update(this.run, { step: checkpoint.step, epoch: checkpoint.epoch });
    this.savedStep = checkpoint.step;
    this.tell({ type: 'checkpoint', run: this.run, step: checkpoint.step, best });
  }

  private failure(fault: Fault): TrainOutcome {
    return { type: 'failed', run: this.run, fault, metrics: this.latest };
  }

  private end(outcome: TrainOutcome): TrainOutcome {
    const told = this.written(outcome);
    const fault = told.type === 'finished' ? null : (told.fault ?? null);
    this.workspace.runs.end(this.run, { status: told.type, fault });
    this.tell(told);
    return told;
  }

  /** On a full disk the last points cannot be written either: then that is how it ended. */
  private written(outcome: TrainOutcome): TrainOutcome {
    try {
      this.metrics.close();
      this.workspace.runs.update(this.run, { metrics: outcome.metrics });
      return outcome;
    } catch (error) {
      return outcome.type === 'failed' ? outcome : this.failure(faultOf(error));
    }
  }

  private tell(event: TrainEvent): void {
    this.console.note(event);
    this.watch.onEvent(event);
  }
}
