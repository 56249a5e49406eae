// The queue of runs: who waits, who trains, and what a person has asked of each. What waits is kept in the workspace.
import { faultCodes } from '../../../contract/fault.js';
import { isEnded } from '../../../contract/run.js';
import type { QueuedRun, RunProgress } from '../../../contract/services/training.js';
import type { TrainEvent } from '../../../contract/training.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import type { WorkerControl } from '../launcher.js';
import type { Workspace } from '../workspaces.js';
import { RunRate } from './runRate.js';

/** A run while it waits or trains. */
export class QueueEntry {
  state: QueuedRun['state'] = 'waiting';
  inWindow = false;
  stopsAfterEpoch = false;
  progress: RunProgress | null = null;
  control: WorkerControl | undefined;
  readonly controller = new AbortController();
  /** Its outcome is known; what trained it is going. */
  ended = false;
  private rate = new RunRate();
  private wantsPause = false;

  constructor(
    readonly run: string,
    readonly name: string,
    public backend: string,
    public held: boolean,
  ) {}

  pause(): void {
    this.wantsPause = true;
    this.control?.pause();
  }

  resume(): void {
    this.wantsPause = false;
    this.control?.resume();
  }

  stop(): void {
    this.state = 'stopping';
    this.controller.abort();
  }

  started(control: WorkerControl): void {
    this.control = control;
    if (this.wantsPause) control.pause();
  }

  /** @returns whether its state changed, not only its progress */
  hear(event: TrainEvent): boolean {
    const before = this.state;
    if (event.type === 'started') {
      this.backend = event.backend;
      this.state = this.controller.signal.aborted ? 'stopping' : 'training';
      return true;
    }
    if (event.type === 'progress') {
      const { epoch, epochs, step, totalSteps, examplesPerSecond } = event;
      const secondsLeft = this.rate.secondsLeft(step, totalSteps);
      const [gpuMilliseconds, memoryBytes] = [event.gpuMilliseconds ?? null, event.memoryBytes ?? null];
      this.progress = { epoch, epochs, step, totalSteps, examplesPerSecond, secondsLeft, gpuMilliseconds, memoryBytes };
    }
    if (event.type === 'paused' && this.state !== 'stopping') this.state = 'paused';
    if (event.type === 'continued' && this.state !== 'stopping') this.state = 'training';
    if (event.type === 'paused' || event.type === 'continued') this.rate = new RunRate();
    if (event.type === 'epoch' && this.stopsAfterEpoch) this.stop();
    this.ended = event.type === 'finished' || event.type === 'interrupted' || event.type === 'failed';
    return this.state !== before || this.ended;
  }

  get shown(): QueuedRun {
    const { run, name, state, backend, held, inWindow, stopsAfterEpoch, progress } = this;
    return { run, name, state, backend, held, inWindow, stopsAfterEpoch, progress };
  }
}

export interface QueuePorts {
  readonly workspace: Workspace;
  /** Trains to the end; never rejects. */
  readonly execute: (entry: QueueEntry) => Promise<void>;
  /** Told of a run that could not even be begun. */
  readonly fail: (entry: QueueEntry, error: unknown) => void;
  readonly onChange: () => void;
  readonly atOnce: () => number;
}

export class TrainingQueue {
  private entries: QueueEntry[] = [];
  private closed = false;

  constructor(private readonly ports: QueuePorts) {}

  /** Takes up what waited when the workspace was last closed; it is held until it is released. */
  restore(): void {
    const { runs, runQueue } = this.ports.workspace;
    for (const id of runQueue.list()) {
      const { status, name, backend } = runs.find(id);
      if (status === 'finished' || status === 'cancelled') runQueue.remove(id);
      else if (takes(() => runs.enqueue(id))) this.entries.push(new QueueEntry(id, name, backend, true));
    }
  }

  /** Those at work first, then those that wait in their order. */
  list(): readonly QueuedRun[] {
    return [...this.working.filter(({ ended }) => !ended), ...this.waiting].map(({ shown }) => shown);
  }

  /** The run must belong to this process, as `queued`. */
  add(run: string): void {
    const { name, backend } = this.ports.workspace.runs.find(run);
    this.ports.workspace.runQueue.add(run);
    this.entries.push(new QueueEntry(run, name, backend, false));
    this.changed();
  }

  has(run: string): boolean {
    return this.entries.some((entry) => entry.run === run);
  }

  pause(run: string): void {
    this.atWork(run, 'paused').pause();
  }

  resume(run: string): void {
    this.atWork(run, 'resumed').resume();
  }

  stop(run: string): void {
    const entry = this.find(run);
    if (entry.state === 'waiting') this.withdraw(entry);
    else entry.stop();
    this.changed();
  }

  stopAfterEpoch(run: string, stop: boolean): void {
    this.atWork(run, 'stopped after its epoch').stopsAfterEpoch = stop;
    this.changed();
  }

  move(run: string, to: number): void {
    const waiting = this.waiting.filter((entry) => entry.run !== run);
    const entry = this.find(run);
    if (entry.state !== 'waiting')
      throw new EngineError(faultCodes.runState, `Run '${run}': only a waiting run has a place, but it is at work.`);
    waiting.splice(to, 0, entry);
    this.entries = [...this.working, ...waiting];
    this.ports.workspace.runQueue.arrange(waiting.map((one) => one.run));
    this.changed();
  }

  /** All that are held, where none are named. */
  release(runs?: readonly string[]): void {
    for (const entry of this.entries) if (!runs || runs.includes(entry.run)) entry.held = false;
    this.changed();
  }

  /** What waits does not begin by itself, until it is released. */
  hold(): void {
    for (const entry of this.waiting) entry.held = true;
    this.ports.onChange();
  }

  /** Starts what may start: after a change of the limit, too. */
  changed(): void {
    this.pump();
    this.ports.onChange();
  }

  /** Stops what trains; what waits stays in the workspace and is offered again. */
  close(): void {
    this.closed = true;
    for (const entry of this.working) entry.stop();
  }

  private get waiting(): QueueEntry[] {
    return this.entries.filter(({ state }) => state === 'waiting');
  }

  private get working(): QueueEntry[] {
    return this.entries.filter(({ state }) => state !== 'waiting');
  }

  private pump(): void {
    if (this.closed) return;
    for (const entry of this.waiting) {
      if (this.working.length >= this.ports.atOnce()) return;
      if (!entry.held) void this.begin(entry);
    }
  }

  private async begin(entry: QueueEntry): Promise<void> {
    entry.state = 'preparing';
    try {
      this.ports.workspace.runQueue.remove(entry.run);
      await this.ports.execute(entry);
    } catch (error) {
      this.ports.fail(entry, error);
    }
    this.entries = this.entries.filter((other) => other !== entry);
    this.changed();
  }

  /** One that has trained before is as it was; one that never began is cancelled. */
  private withdraw(entry: QueueEntry): void {
    const { runs, runQueue } = this.ports.workspace;
    this.entries = this.entries.filter((other) => other !== entry);
    runQueue.remove(entry.run);
    runs.setStatus(entry.run, runs.find(entry.run).step > 0 ? 'interrupted' : 'cancelled', null);
  }

  private find(run: string): QueueEntry {
    const entry = this.entries.find((one) => one.run === run && !one.ended);
    if (entry) return entry;
    const { status } = this.ports.workspace.runs.find(run);
    throw isEnded(status)
      ? new EngineError(faultCodes.runState, `Run '${run}': it must be waiting or training, but is ${status}.`)
      : new EngineError(faultCodes.runBusy, `Run '${run}': it is ${status} in another process, which must be told.`);
  }

  private atWork(run: string, what: string): QueueEntry {
    const entry = this.find(run);
    if (entry.state !== 'waiting') return entry;
    throw new EngineError(faultCodes.runState, `Run '${run}': it must be training to be ${what}, but it waits.`);
  }
}

/** False where another process has the run. */
function takes(enqueue: () => void): boolean {
  try {
    enqueue();
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.code === faultCodes.runBusy) return false;
    throw error;
  }
}
