// Where the GPU's time goes: one run of a plan with a timestamp before and after each kernel.
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { OpenDevice } from './device.js';
import type { PlanRunner } from './planRunner.js';
import { dispatch, encodeCopy, type PlanStep, type ReadyKernel } from './planSteps.js';
import { bufferUsage, mapModeRead } from './webgpuConstants.js';

export interface ProfileRow {
  readonly label: string;
  /** Names of the graph's nodes that it computes. */
  readonly nodes: readonly string[];
  /** Median over the runs. */
  readonly milliseconds: number;
  readonly gflopsPerSecond: number;
  readonly gigabytesPerSecond: number;
  readonly workgroups: readonly [number, number, number];
}

/** WebGPU's bound on the number of queries in one set. */
const queriesPerSet = 4096;

/**
 * Times each kernel of a plan over `runs` runs, each in a compute pass of its own: passes cost a little more than dispatches
 * that share one, so the sum exceeds the time of a step. Segments run between but are not broken down.
 * @throws EngineError `gpu.timestamps` where the adapter has no timestamp queries
 */
export async function profilePlan(runner: PlanRunner, runs = 5): Promise<ProfileRow[]> {
  const { device } = runner;
  if (!device.device.features.has('timestamp-query'))
    throw new EngineError('gpu.timestamps', `GPU '${device.report.name}': it has no timestamp queries to profile with`);
  const kernels = runner.steps.flatMap((step) => (step.kind === 'kernels' ? step.kernels : []));
  const times: number[][] = kernels.map(() => []);
  const timer = await PassTimer.create(device, kernels.length);
  try {
    for (let run = 0; run < runs; run++)
      (await timer.time(runner.steps)).forEach((time, index) => times[index]!.push(time));
  } finally {
    timer.dispose();
  }
  return kernels.map((kernel, index) => rowOf(kernel, median(times[index]!)));
}

function rowOf({ command }: ReadyKernel, milliseconds: number): ProfileRow {
  const { label, nodes, workgroups, flops, bytes } = command;
  const rate = (count: number): number => (milliseconds > 0 ? count / milliseconds / 1e6 : 0);
  return {
    label,
    nodes,
    milliseconds,
    workgroups,
    gflopsPerSecond: rate(flops),
    gigabytesPerSecond: rate(bytes),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Query sets for a number of passes, and the buffers that their results go through. */
class PassTimer {
  private constructor(
    private readonly device: OpenDevice,
    private readonly sets: readonly GPUQuerySet[],
    private readonly resolved: GPUBuffer,
    private readonly staging: GPUBuffer,
  ) {}

  static async create(device: OpenDevice, passes: number): Promise<PassTimer> {
    const bytes = Math.max(1, passes) * 16;
    const [resolved, staging] = await device.memory.allocate([
      { label: 'timestamps', bytes, usage: bufferUsage.queryResolve | bufferUsage.copySource },
      { label: 'timestamps to read', bytes, usage: bufferUsage.mapRead | bufferUsage.copyDestination },
    ]);
    const sets: GPUQuerySet[] = [];
    for (let left = passes * 2; left > 0; left -= queriesPerSet)
      sets.push(device.device.createQuerySet({ type: 'timestamp', count: Math.min(left, queriesPerSet) }));
    return new PassTimer(device, sets, resolved!, staging!);
  }

  /** Milliseconds of each kernel in one run of the steps. */
  async time(steps: readonly PlanStep[]): Promise<number[]> {
    const encoder = this.device.device.createCommandEncoder({ label: 'profile' });
    let at = 0;
    for (const step of steps)
      if (step.kind === 'kernels') for (const kernel of step.kernels) this.encodeTimed(encoder, kernel, at++);
      else if (step.kind === 'copy') encodeCopy(encoder, step);
      else step.segment.encode(encoder);
    this.sets.forEach((set, index) =>
      encoder.resolveQuerySet(set, 0, set.count, this.resolved, index * queriesPerSet * 8),
    );
    encoder.copyBufferToBuffer(this.resolved, 0, this.staging, 0, this.staging.size);
    this.device.submit(encoder);
    await this.device.settled(this.staging.mapAsync(mapModeRead));
    const stamps = new BigUint64Array(this.staging.getMappedRange().slice(0));
    this.staging.unmap();
    // A clock that was set back in between gives nonsense: 0 then.
    return Array.from({ length: at }, (_, index) =>
      Math.max(0, Number(stamps[2 * index + 1]! - stamps[2 * index]!) / 1e6),
    );
  }

  dispose(): void {
    this.sets.forEach((set) => set.destroy());
    this.device.memory.release([this.resolved, this.staging]);
  }

  private encodeTimed(encoder: GPUCommandEncoder, kernel: ReadyKernel, index: number): void {
    const querySet = this.sets[Math.floor((2 * index) / queriesPerSet)]!;
    const first = (2 * index) % queriesPerSet;
    const timestampWrites = { querySet, beginningOfPassWriteIndex: first, endOfPassWriteIndex: first + 1 };
    const pass = encoder.beginComputePass({ label: kernel.command.label, timestampWrites });
    dispatch(pass, kernel);
    pass.end();
  }
}

/** The rows as a table, the dearest first, with their shares and the sum. */
export function printProfile(rows: readonly ProfileRow[], limit = Infinity): string {
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const sorted = [...rows].sort((left, right) => right.milliseconds - left.milliseconds);
  const line = (cells: readonly string[]): string =>
    `${cells[0]!.padStart(10)}${cells[1]!.padStart(7)}${cells[2]!.padStart(10)}${cells[3]!.padStart(9)}  ${cells[4]!}`;
  const shown = sorted
    .slice(0, limit)
    .map((row) =>
      line([
        row.milliseconds.toFixed(3),
        `${((100 * row.milliseconds) / (total || 1)).toFixed(1)} %`,
        row.gflopsPerSecond.toFixed(2),
        row.gigabytesPerSecond.toFixed(2),
        `${row.label} [${row.workgroups.join(' × ')}]`,
      ]),
    );
  const rest = sorted.length - shown.length;
  return [
    line(['ms', 'share', 'GFLOP/s', 'GB/s', 'kernel [workgroups]']),
    ...shown,
    ...(rest > 0 ? [`${' '.repeat(38)}… and ${rest} more`] : []),
    line([total.toFixed(3), '100 %', '', '', `${rows.length} kernels`]),
  ].join('\n');
}
