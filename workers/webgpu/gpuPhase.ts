// A phase of a program on the GPU: its plan with random fields and batches made before it, encoded as a chunk of steps.
import { compileKernels } from '../../engine/kernels/compileKernels.js';
import type { StateEntry } from '../../engine/training/state.js';
import type { TileTable } from '../../engine/kernels/tiles.js';
import type { StepGraph } from '../../engine/training/stepGraph.js';
import type { StepClock } from '../../engine/training/stepScalars.js';
import type { KernelPlan, PlanBuffer } from '../../engine/kernels/kernelPlan.js';
import type { KernelTarget } from '../../engine/kernels/compileOptions.js';
import { weightsName } from '../../engine/data/batches.js';
import { ChunkReader, type ChunkResults } from './chunkReader.js';
import { ChunkTable, type BatchPosition } from './chunkTable.js';
import type { OpenDevice } from './device.js';
import { gatherKernels } from './gatherKernels.js';
import type { GpuData } from './gpuData.js';
import { PlanRunner } from './planRunner.js';
import { randomFields } from './randomFields.js';
import type { MakeSegments } from './sessionSegment.js';
import { withKernelsBefore, type StepKernel } from './stepKernel.js';
import { labels, layOutRow, layOutStep, planBuffer, type StepLayout } from './stepLayout.js';
import { bufferUsage } from './webgpuConstants.js';

export interface PhasePlanRequest {
  /** After its passes. */
  readonly step: StepGraph;
  readonly entries: readonly StateEntry[];
  readonly seed: number;
  /** Data on the GPU that batches are gathered from; left out, they are streamed. */
  readonly data?: Pick<GpuData, 'fields' | 'planBuffers'> | undefined;
  /** Example numbers that an order holds. */
  readonly orderLength: number;
  readonly batchSize: number;
  /** Names of the results that the host reads. */
  readonly wanted: readonly string[];
  /** Names of results that must be finite for a step to count. */
  readonly watched: readonly string[];
  /** Measured tiles of contractions; the others go by rules of thumb. */
  readonly tiles?: TileTable | undefined;
}

export interface PhasePlan {
  readonly plan: KernelPlan;
  readonly layout: StepLayout;
}

/** The plan of one step, from the row of scalars to the results. */
export function planPhase(request: PhasePlanRequest, target: KernelTarget): PhasePlan {
  const { step, entries, wanted, watched } = request;
  const row = layOutRow(step);
  const random =
    step.random.length === 0
      ? undefined
      : randomFields(step.random, {
          seed: request.seed,
          stepAt: row.stepAt,
          scalars: labels.scalars,
          random: labels.random,
        });
  const layout = layOutStep({ step, entries, random, wanted });
  const { buffers, inputs, outputs } = layout;
  const guard = watched.length > 0 && {
    guard: { buffer: labels.guard, watched: watched.map((name) => step.results[name]!) },
  };
  const tiles = request.tiles && { tiles: request.tiles };
  const plan = compileKernels(step.graph, { target, buffers, inputs, outputs, ...guard, ...tiles });
  const kernels = [...(random ? [random.kernel] : []), ...gathering(request, layout, target)];
  const order: PlanBuffer = {
    label: labels.order,
    storage: 'i32',
    elements: Math.max(1, request.orderLength),
    role: 'external',
  };
  const further = [...buffers.map(planBuffer), ...(request.data?.planBuffers ?? []), ...(random?.buffers ?? []), order];
  return { plan: withKernelsBefore(plan, kernels, further), layout };
}

function gathering({ data, batchSize }: PhasePlanRequest, layout: StepLayout, target: KernelTarget): StepKernel[] {
  if (!data) return [];
  const places = Object.fromEntries(layout.batch.map(({ name, buffer, offset }) => [name, { buffer, offset }]));
  return gatherKernels(
    data.fields.filter(({ name }) => places[name]),
    {
      batchSize,
      scalars: labels.scalars,
      placeAt: layout.row.placeAt,
      order: labels.order,
      places,
      weights: weightsName,
      storageBuffers: target.limits.maxStorageBuffersPerShaderStage,
    },
  );
}

export interface GpuPhaseOptions {
  /** State and data buffers by label. */
  readonly shared: ReadonlyMap<string, GPUBuffer>;
  readonly segments?: MakeSegments | undefined;
  /** Steps that a chunk may have. */
  readonly capacity: number;
}

/** A batch that was prepared elsewhere: copies into the batch's buffers, for one row of the chunk. */
export type EncodeBatch = (encoder: GPUCommandEncoder, row: number, phase: GpuPhase) => void;

/** A chunk that has been submitted. */
export interface RunningChunk {
  read(): Promise<ChunkResults>;
}

export class GpuPhase {
  private readonly free: ChunkReader[] = [];
  private readonly readers: ChunkReader[] = [];

  private constructor(
    private readonly opened: OpenDevice,
    readonly layout: StepLayout,
    readonly runner: PlanRunner,
    private readonly table: ChunkTable,
    private readonly tableBuffer: GPUBuffer,
    private readonly guarded: boolean,
  ) {}

  static async open(opened: OpenDevice, request: PhasePlanRequest, options: GpuPhaseOptions): Promise<GpuPhase> {
    const { plan, layout } = planPhase(request, opened.target);
    const { shared, segments, capacity } = options;
    const runner = await PlanRunner.open(opened, plan, { external: shared, ...(segments && { segments }) });
    const table = new ChunkTable(request.step, layout.row, capacity);
    const usage = bufferUsage.copySource | bufferUsage.copyDestination;
    const [tableBuffer] = await opened.memory.allocate([{ label: 'step/table', bytes: table.bytes.length, usage }]);
    return new GpuPhase(opened, layout, runner, table, tableBuffer!, request.watched.length > 0);
  }

  get capacity(): number {
    return this.table.capacity;
  }

  /** Replaces the example numbers that batches are gathered by; steps that were submitted still see the old ones. */
  setOrder(order: Int32Array<ArrayBuffer>): void {
    this.opened.device.queue.writeBuffer(this.runner.buffer(labels.order), 0, order);
  }

  /** After a step that did not count: the next ones do again. */
  clearGuard(): void {
    this.opened.device.queue.writeBuffer(this.runner.buffer(labels.guard), 0, new Uint32Array(2));
  }

  /** Submits the steps, one for each clock. Resolves as soon as another chunk may be submitted. */
  async submit(
    clocks: readonly StepClock[],
    positions: readonly BatchPosition[],
    encodeBatch?: EncodeBatch,
  ): Promise<RunningChunk> {
    const { opened, table, tableBuffer, runner, layout } = this;
    const reader = this.free.pop() ?? (await this.newReader());
    clocks.forEach((clock, row) => table.fill(row, clock, positions[row]!));
    opened.device.queue.writeBuffer(tableBuffer, 0, table.bytes, 0, clocks.length * table.rowBytes);
    const scalars = runner.buffer(labels.scalars);
    const results = runner.buffer(labels.results);
    let encoder = opened.device.createCommandEncoder({ label: 'steps' });
    reader.begin(encoder);
    for (let row = 0; row < clocks.length; row++) {
      encoder.copyBufferToBuffer(tableBuffer, row * table.rowBytes, scalars, 0, layout.row.words * 4);
      encodeBatch?.(encoder, row, this);
      if (runner.notes.length === 0) runner.encode(encoder);
      else {
        // A segment without a recording is run by onnxruntime, between what comes before and after it.
        opened.submit(encoder);
        await runner.run();
        encoder = opened.device.createCommandEncoder({ label: 'steps' });
      }
      reader.keep(encoder, row, results);
    }
    reader.end(encoder, this.guarded ? runner.buffer(labels.guard) : undefined);
    opened.submit(encoder);
    const rows = clocks.length;
    return {
      read: async () => {
        const chunk = await reader.read(rows, this.guarded);
        this.free.push(reader);
        return chunk;
      },
    };
  }

  async dispose(): Promise<void> {
    for (const reader of this.readers) reader.dispose();
    this.opened.memory.release([this.tableBuffer]);
    await this.runner.dispose();
  }

  private async newReader(): Promise<ChunkReader> {
    const reader = await ChunkReader.create(this.opened, this.layout.resultElements * 4, this.capacity);
    this.readers.push(reader);
    return reader;
  }
}
