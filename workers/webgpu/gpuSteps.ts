// The training steps of a run on the GPU: chunks submitted ahead of the one that is being waited for, told in order.
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { StepReport } from '../stepDriver.js';
import type { StepClock } from '../../engine/training/stepScalars.js';
import { ChunkPace } from './chunkPace.js';
import type { BatchPosition } from './chunkTable.js';
import type { EncodeBatch, GpuPhase, RunningChunk } from './gpuPhase.js';
import type { ChunkResults } from './chunkReader.js';

/** Where the batches of successive steps come from. */
export interface StepBatches {
  /** Makes the batches of `count` steps after step `done` ready: places in the order, and copies where they are streamed. */
  prepare(done: number, count: number): Promise<PreparedChunk>;
}

export interface PreparedChunk {
  readonly positions: readonly BatchPosition[];
  readonly encodeBatch?: EncodeBatch;
}

interface Chunk {
  /** Steps before it. */
  readonly done: number;
  readonly positions: readonly BatchPosition[];
  readonly running: RunningChunk;
}

export class GpuSteps {
  private readonly pace: ChunkPace;
  private readonly underWay: Chunk[] = [];
  private submitted: number;
  private lastBack = 0;
  private gpu: number | undefined;

  constructor(
    private readonly phase: GpuPhase,
    private readonly batches: StepBatches,
    private readonly clockOf: (number: number) => StepClock,
    done: number,
  ) {
    this.submitted = done;
    this.pace = new ChunkPace(phase.capacity);
  }

  /** GPU time of a step, smoothed. */
  get gpuMilliseconds(): number | undefined {
    return this.gpu;
  }

  /** As {@link StepDriver.advance}. */
  async advance(last: number): Promise<readonly StepReport[]> {
    while (this.underWay.length < this.pace.inFlight && this.submitted < last)
      await this.submit(Math.min(this.pace.steps, last - this.submitted));
    return this.next();
  }

  /** As {@link StepDriver.settle}. */
  async settle(): Promise<readonly StepReport[]> {
    const reports: StepReport[] = [];
    while (this.underWay.length > 0) reports.push(...(await this.next()));
    return reports;
  }

  private async submit(count: number): Promise<void> {
    const done = this.submitted;
    const { positions, encodeBatch } = await this.batches.prepare(done, count);
    const clocks = positions.map((_, index) => this.clockOf(done + index + 1));
    if (this.underWay.length === 0) this.lastBack = performance.now();
    const running = await this.phase.submit(clocks, positions, encodeBatch);
    this.underWay.push({ done, positions, running });
    this.submitted = done + positions.length;
  }

  private async next(): Promise<readonly StepReport[]> {
    const chunk = this.underWay.shift();
    if (!chunk) return [];
    const results = await chunk.running.read();
    this.measure(chunk.positions.length, results);
    const reports = this.reportsOf(chunk, results);
    return results.halted ? this.halt(reports) : reports;
  }

  /** What was submitted behind the step that failed has changed nothing; its numbers are nobody's. */
  private async halt(reports: readonly StepReport[]): Promise<readonly StepReport[]> {
    const failed = reports.findIndex(({ loss }) => !Number.isFinite(loss));
    if (failed < 0) throw new EngineError('internal.error', 'GPU steps: they were halted though every loss was finite');
    for (const { running } of this.underWay.splice(0)) await running.read();
    this.phase.clearGuard();
    this.submitted = reports[failed]!.step - 1;
    return reports.slice(0, failed + 1);
  }

  private reportsOf({ done, positions }: Chunk, { rows }: ChunkResults): StepReport[] {
    const { layout } = this.phase;
    const { offset } = layout.results.find(({ name }) => name === 'loss')!;
    return positions.map(({ filled }, row) => ({
      step: done + row + 1,
      loss: rows[row * layout.resultElements + offset]!,
      filled,
    }));
  }

  private measure(steps: number, { gpuMilliseconds }: ChunkResults): void {
    const now = performance.now();
    this.pace.note(steps, now - this.lastBack);
    this.lastBack = now;
    if (gpuMilliseconds === undefined) return;
    const one = gpuMilliseconds / steps;
    this.gpu = this.gpu === undefined ? one : 0.7 * this.gpu + 0.3 * one;
  }
}
