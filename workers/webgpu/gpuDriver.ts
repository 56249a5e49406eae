// Steps on the GPU: state, data and batches stay there; the host submits chunks of steps and reads a few numbers of each.
import { BatchBuffers } from '../../engine/data/batches.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { sizeOf } from '../../engine/ir/shape.js';
import type { Tensor } from '../../engine/ir/tensor.js';
import type { KernelPlan } from '../../engine/kernels/kernelPlan.js';
import type { TileTable } from '../../engine/kernels/tiles.js';
import type { Program } from '../../engine/training/program.js';
import { StepFeeds } from '../../engine/training/stepFeeds.js';
import { evaluatePhase, trainPhase } from '../../engine/training/supervised.js';
import type { Backend } from '../backends/backend.js';
import { batchesHere, type BatchSource, type MakeBatchSource } from '../batchSource.js';
import { tensorsIn } from '../checkpoint.js';
import type { Evaluation } from '../evaluator.js';
import { firstNonFinite, type NonFinite } from '../firstNonFinite.js';
import { encodeStep } from '../programSessions.js';
import type { DriverRequest, DriverUse, MakeDriver, StepDriver, StepReport } from '../stepDriver.js';
import { evaluationBatch } from '../trainedModel.js';
import type { OpenDevice } from './device.js';
import { GatheredBatches, StreamedBatches } from './gpuBatches.js';
import { GpuData } from './gpuData.js';
import { evaluateOnGpu } from './gpuEvaluation.js';
import { GpuPhase, planPhase, type PhasePlanRequest } from './gpuPhase.js';
import { compileForGpu, evaluationRequest, phaseNamed, trainingRequest } from './gpuProgram.js';
import { GpuState } from './gpuState.js';
import { GpuSteps, type StepBatches } from './gpuSteps.js';
import { Readback } from './readback.js';
import { withLargestBatch } from './largestBatch.js';
import { canMeasureTiles, measureTiles } from './measureTiles.js';
import type { MakeSegments } from './sessionSegment.js';

export interface GpuDriverOptions {
  readonly device: () => Promise<OpenDevice>;
  /** Computes nodes without a kernel; left out, steps with such nodes are refused. */
  readonly segments?: MakeSegments | undefined;
  /** Runs a step once more to tell where it left the finite numbers. */
  readonly backend: Backend;
  /** Tiles that were measured on this adapter, and what keeps further ones; left out, none are measured. */
  readonly tiles?: { readonly known: TileTable; readonly keep: (found: TileTable) => void } | undefined;
  /** Bytes of GPU memory that data may take; see {@link GpuData.upload}. */
  readonly dataBudget?: number | undefined;
  /** Where streamed batches are prepared; left out, in this thread. */
  readonly batches?: MakeBatchSource | undefined;
}

/** Rows of a chunk, for short steps. */
const chunkCapacity = 512;
/** Results of a chunk that are read at once, in bytes; at least one row. */
const readLimit = 16_777_216;

export function gpuDriver(options: GpuDriverOptions): MakeDriver {
  return async (request) => {
    const opened = await options.device();
    refusePrecision(opened, request);
    try {
      return await GpuDriver.open(opened, options, request);
    } catch (error) {
      throw await withLargestBatch(error, opened, request);
    }
  };
}

/** Without `shader-f16` the passes of a float16 training would run as pieces of onnxruntime, slower than float32. */
function refusePrecision({ target, report }: OpenDevice, { data }: DriverRequest): void {
  if (data.settings.precision === 'float32' || target.features.f16) return;
  throw new EngineError(
    'gpu.precision',
    `GPU '${report.name}': training in float16 needs its feature shader-f16, which it lacks; use \`--precision float32\``,
  );
}

interface Parts {
  readonly program: Program;
  readonly lowerings: Readonly<Record<string, string>>;
  readonly stepModel: Uint8Array;
  readonly state: GpuState;
  readonly data: GpuData | undefined;
  readonly phase: GpuPhase;
  readonly evaluation: GpuPhase;
  readonly source: BatchSource | undefined;
  readonly batches: StepBatches;
}

export class GpuDriver implements StepDriver {
  readonly backend = 'webgpu';
  private readonly steps: GpuSteps;
  private readonly readback: Readback;
  /** A copy of the state that is about to be submitted: steps wait for it. */
  private copying: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly opened: OpenDevice,
    private readonly options: GpuDriverOptions,
    private readonly request: DriverRequest,
    private readonly parts: Parts,
  ) {
    this.readback = new Readback(opened);
    this.steps = new GpuSteps(parts.phase, parts.batches, (number) => request.clockOf(number), request.step);
  }

  static async open(opened: OpenDevice, options: GpuDriverOptions, request: DriverRequest): Promise<GpuDriver> {
    const opening = new Opening(opened, options, request);
    try {
      return new GpuDriver(opened, options, request, await opening.parts());
    } catch (error) {
      await opening.undo();
      throw error;
    }
  }

  get lowerings(): Readonly<Record<string, string>> {
    return this.parts.lowerings;
  }

  get stepModel(): Uint8Array {
    return this.parts.stepModel;
  }

  get parameters(): number {
    const entries = this.parts.program.entries.filter(({ role }) => role === 'parameter');
    return entries.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  }

  get notes(): readonly string[] {
    const { training } = this.request;
    const streamed = this.parts.data ? [] : ['The data do not fit their share of GPU memory: batches are streamed.'];
    const augmented = training.augmented
      ? ['Augmented batches are prepared on the processor and brought to the GPU while it computes.']
      : streamed;
    return [...augmented, ...this.parts.phase.runner.notes, ...this.parts.evaluation.runner.notes];
  }

  async advance(last: number): Promise<readonly StepReport[]> {
    await this.copying;
    return this.steps.advance(last);
  }

  settle(): Promise<readonly StepReport[]> {
    return this.steps.settle();
  }

  async explain({ step }: StepReport): Promise<NonFinite | undefined> {
    const { program } = this.parts;
    const { plan, training } = this.request;
    const graph = phaseNamed(program, trainPhase);
    const state = program.initialState(0);
    state.load(await this.snapshot());
    const at = step - 1;
    const batch = new BatchBuffers(training.examples, plan).fill(
      Math.floor(at / plan.stepsPerEpoch),
      at % plan.stepsPerEpoch,
    );
    const feeds = new StepFeeds(graph, state).feeds(batch.tensors, this.request.clockOf(step));
    return firstNonFinite(graph.graph, feeds, this.options.backend);
  }

  snapshot(): Promise<Map<string, Tensor>> {
    const copied = this.parts.state.copy(this.readback);
    this.copying = copied.catch(() => undefined);
    return copied.then(async (pending) => new Map(Object.entries(await pending.read())));
  }

  async load(state: ReadonlyMap<string, Tensor>): Promise<void> {
    await this.copying;
    this.parts.state.load(state);
  }

  async evaluate(part: Int32Array): Promise<Evaluation> {
    const { data, examples } = this.request;
    const { evaluation: phase, data: gathered } = this.parts;
    await this.copying;
    return evaluateOnGpu(
      {
        opened: this.opened,
        phase,
        data,
        examples,
        settings: data.settings,
        batchSize: evaluationBatch,
        gathered: gathered !== undefined,
      },
      part,
    );
  }

  use(): DriverUse {
    return { gpuMilliseconds: this.steps.gpuMilliseconds, memoryBytes: this.opened.memory.bytesInUse };
  }

  async dispose(): Promise<void> {
    const { phase, evaluation, state, data, source, batches } = this.parts;
    await source?.dispose();
    if (batches instanceof StreamedBatches) batches.dispose();
    await phase.dispose();
    await evaluation.dispose();
    this.readback.dispose();
    data?.dispose();
    state.dispose();
  }
}

/** Makes the parts of a driver one after the other, and takes them back where one fails. */
class Opening {
  private readonly made: (() => void | Promise<void>)[] = [];

  constructor(
    private readonly opened: OpenDevice,
    private readonly options: GpuDriverOptions,
    private readonly request: DriverRequest,
  ) {}

  async parts(): Promise<Parts> {
    const { opened, request, options } = this;
    const { program, lowerings } = compileForGpu(request.phases);
    // Runs the passes: the kernels are compiled from the same graph.
    const stepModel = encodeStep(phaseNamed(program, trainPhase));
    encodeStep(phaseNamed(program, evaluatePhase));
    const training = trainingRequest(program, request);
    const evaluating = evaluationRequest(program, request);
    const tiles = { ...(await this.tiles([training, evaluating])) };
    const state = await GpuState.create(opened, program.entries);
    this.made.push(() => state.dispose());
    const start = program.initialState(request.seed, request.data.weights);
    if (request.resume) start.load(tensorsIn(request.resume).state);
    state.load(start.named());
    const data = request.plan.options.weights
      ? undefined
      : await GpuData.upload(opened, request.examples, { budget: options.dataBudget });
    if (data) this.made.push(() => data.dispose());
    // What is drawn anew every epoch cannot be gathered there.
    const gathered = request.training.examples.varies ? undefined : data;
    const phase = await this.phase({ ...training, tiles }, state, gathered);
    const evaluation = await this.phase({ ...evaluating, tiles }, state, data);
    const { batches, source } = await this.batches(phase, gathered);
    return {
      program,
      lowerings: { ...lowerings.used, ...prefixed(tiles) },
      stepModel,
      state,
      data,
      phase,
      evaluation,
      batches,
      source,
    };
  }

  /** Those of a resumed run, those that are known, and those that are measured now, in this order. */
  private async tiles(requests: readonly PhasePlanRequest[]): Promise<TileTable> {
    const { tiles: options } = this.options;
    const before = unprefixed(this.request.lowerings);
    if (!options || !canMeasureTiles(this.opened)) return before;
    const known: Record<string, string> = { ...options.known, ...before };
    for (const request of requests) {
      const compile = (tiles: TileTable): KernelPlan => planPhase({ ...request, tiles }, this.opened.target).plan;
      const found = await measureTiles(this.opened, compile, known);
      Object.assign(known, found);
      options.keep(found);
    }
    return known;
  }

  async undo(): Promise<void> {
    for (const release of this.made.reverse()) await release();
  }

  private async phase(request: PhasePlanRequest, state: GpuState, data: GpuData | undefined): Promise<GpuPhase> {
    const rowBytes = 4 * elementsOf(request);
    const phase = await GpuPhase.open(
      this.opened,
      { ...request, data },
      {
        shared: new Map([...state.buffers, ...(data?.buffers ?? [])]),
        segments: this.options.segments,
        capacity: Math.max(1, Math.min(chunkCapacity, Math.floor(readLimit / rowBytes))),
      },
    );
    this.made.push(() => phase.dispose());
    return phase;
  }

  private async batches(phase: GpuPhase, data: GpuData | undefined): Promise<Pick<Parts, 'batches' | 'source'>> {
    const { training, plan, step, seed } = this.request;
    if (data) return { batches: new GatheredBatches(phase, plan), source: undefined };
    const make = this.options.batches ?? batchesHere;
    const source = make({ data: this.request.data, ...training, plan, step, random: [], seed });
    this.made.push(() => source.dispose());
    const batches = await StreamedBatches.create(this.opened, phase, source);
    this.made.push(() => batches.dispose());
    return { batches, source };
  }
}

const tilePrefix = 'tile|';

/** As checkpoints keep them, beside other lowerings. */
function prefixed(tiles: TileTable): Record<string, string> {
  return Object.fromEntries(Object.entries(tiles).map(([key, tile]) => [tilePrefix + key, tile]));
}

function unprefixed(lowerings: Readonly<Record<string, string>>): Record<string, string> {
  const tiles = Object.entries(lowerings).filter(([key]) => key.startsWith(tilePrefix));
  return Object.fromEntries(tiles.map(([key, tile]) => [key.slice(tilePrefix.length), tile]));
}

function elementsOf({ step, wanted }: PhasePlanRequest): number {
  const outputs = step.graph.outputs.filter(({ name }) => wanted.some((result) => step.results[result] === name));
  return outputs.reduce((sum, { shape }) => sum + sizeOf(shape as readonly number[]), 0);
}
