// The training step of a benchmark model on the GPU, by the very code that training runs: batches gathered there, guarded updates.
import { faultCodes } from '../contract/fault.js';
import { BatchPlan } from '../engine/data/batches.js';
import type { ExampleSet, Field, FieldType } from '../engine/data/exampleSet.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { sizeOf } from '../engine/ir/shape.js';
import type { KernelPlan } from '../engine/kernels/kernelPlan.js';
import type { TileTable } from '../engine/kernels/tiles.js';
import { runPasses } from '../engine/passes/runPasses.js';
import type { BenchModel } from './benchModels.js';
import { benchBatch, benchPhase } from './benchTask.js';
import type { BenchSteps } from './benchGpu.js';
import type { OpenDevice } from './webgpu/device.js';
import { GatheredBatches } from './webgpu/gpuBatches.js';
import { GpuData } from './webgpu/gpuData.js';
import { GpuPhase, planPhase, type RunningChunk } from './webgpu/gpuPhase.js';
import { compileForGpu } from './webgpu/gpuProgram.js';
import { GpuState } from './webgpu/gpuState.js';
import { canMeasureTiles, measureTiles } from './webgpu/measureTiles.js';
import type { PlanRunner } from './webgpu/planRunner.js';
import { onnxruntimeSegments } from './webgpu/ortSegments/ortSegment.js';

/** Batches of an epoch, which repeat. */
const batches = 32;
/** Steps that a chunk may have. */
const capacity = 64;

export class BenchTraining implements BenchSteps {
  private readonly running: RunningChunk[] = [];
  private readonly gathered: GatheredBatches;
  private done = 0;
  /** Of the last step that was waited for. */
  loss = NaN;

  private constructor(
    private readonly phase: GpuPhase,
    private readonly plan: BatchPlan,
    private readonly parts: readonly { dispose(): void }[],
  ) {
    this.gathered = new GatheredBatches(phase, plan);
  }

  static async open(device: OpenDevice, model: BenchModel): Promise<BenchTraining> {
    const { program } = compileForGpu([benchPhase(model)]);
    const step = program.steps[0]!;
    runPasses(step.graph);
    const state = await GpuState.create(device, program.entries);
    state.load(program.initialState(0).named());
    const examples = exampleSet(model);
    const data = await GpuData.upload(device, examples);
    const order = Int32Array.from({ length: examples.count }, (_, index) => index);
    const plan = new BatchPlan({ examples: order, batchSize: model.batch, seed: 0, shuffle: true });
    const request = {
      step,
      data,
      entries: program.entries,
      seed: 0,
      orderLength: order.length,
      batchSize: model.batch,
      wanted: ['loss'],
      watched: ['loss'],
    };
    const shared = new Map([...state.buffers, ...data!.buffers]);
    // As training has it done once per adapter.
    const compile = (tiles: TileTable): KernelPlan => planPhase({ ...request, tiles }, device.target).plan;
    const tiles = canMeasureTiles(device) ? await measureTiles(device, compile, {}) : {};
    const phase = await GpuPhase.open(
      device,
      { ...request, tiles },
      { shared, segments: onnxruntimeSegments, capacity },
    );
    return new BenchTraining(phase, plan, [data!, state]);
  }

  get runner(): PlanRunner {
    return this.phase.runner;
  }

  /** Submits a chunk; its steps lie in one epoch. */
  async submit(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      const { stepsPerEpoch } = this.plan;
      const steps = Math.min(left, stepsPerEpoch - (this.done % stepsPerEpoch));
      await this.chunk(steps);
      left -= steps;
    }
  }

  /** Reads what was submitted, as training does. */
  async wait(): Promise<void> {
    for (const chunk of this.running.splice(0)) {
      const { rows, halted } = await chunk.read();
      if (halted)
        throw new EngineError(faultCodes.notFinite, `Benchmark: the loss must be finite, got ${rows.at(-1) ?? NaN}`);
      this.loss = rows.at(-1)!;
    }
  }

  async dispose(): Promise<void> {
    await this.phase.dispose();
    for (const part of this.parts) part.dispose();
  }

  private async chunk(steps: number): Promise<void> {
    const { positions } = await this.gathered.prepare(this.done, steps);
    const clocks = positions.map((_, index) => ({ step: this.done + index + 1, learningRate: 0.01, seed: 0 }));
    this.running.push(await this.phase.submit(clocks, positions));
    this.done += steps;
  }
}

/** Some batches of made-up examples as a data set. */
function exampleSet(model: BenchModel): ExampleSet {
  const count = batches * model.batch;
  const { x, target } = benchBatch({ ...model, batch: count });
  const field = (name: string, data: Float32Array | Int32Array, shape: readonly number[]): Field => {
    const size = sizeOf(shape);
    return {
      name,
      dtype: (data instanceof Float32Array ? 'float32' : 'int32') satisfies FieldType,
      shape,
      source: { kind: 'rows', rows: data },
      gather: (examples, into) => {
        for (let place = 0; place < examples.length; place++)
          into.set(data.subarray(examples[place]! * size, (examples[place]! + 1) * size), place * size);
      },
    };
  };
  return {
    count,
    inputs: [field('x', x!.data as Float32Array, model.input.shape)],
    target: field('target', target!.data as Int32Array, model.target.shape),
  };
}
