// Times one training step of a model through the same path that training takes.
import type { Tensor } from '../engine/ir/tensor.js';
import { describeModel } from '../engine/layers/describeModel.js';
import { readModelSpec } from '../engine/layers/modelSpec.js';
import { encodeModel } from '../engine/onnx/encode.js';
import { Graph } from '../engine/ir/graph.js';
import { Emit } from '../engine/ops/emit.js';
import { normals } from '../engine/random/fields.js';
import { trainPhase } from '../engine/training/supervised.js';
import type { Backend } from './backends/backend.js';
import { benchBatch, benchModel, benchPhase } from './benchTask.js';
import { PhaseRunner } from './phaseRunner.js';
import { loadProgram, type LoadOptions } from './programSessions.js';

export interface StepTiming {
  /** Of one step: the best of the medians of short blocks. */
  readonly milliseconds: number;
  /** Processor time of one step over all threads, in the best block. */
  readonly cpuMilliseconds: number;
  /** 3 × the forward operations of the batch per second, in 10⁹. */
  readonly gflops: number;
}

/** How long to time, and the clock of the process's processor time in milliseconds. */
export interface Timing {
  readonly seconds: number;
  readonly cpuTime: () => number;
}

export async function benchStep(
  name: string,
  backend: Backend,
  load: LoadOptions,
  timing: Timing,
): Promise<StepTiming> {
  const model = benchModel(name);
  const { program, sessions } = await loadProgram([benchPhase(model)], backend, load);
  const state = program.initialState(0);
  const runner = new PhaseRunner(program.steps[0]!, sessions.get(trainPhase)!, state);
  const batch = benchBatch(model);
  const time = await bestBlock(timing, async (step) => {
    await runner.run(batch, { step, learningRate: 0.01, seed: 0 });
    runner.commit();
  });
  await runner.dispose();
  return {
    ...time,
    gflops: (3 * describeModel(readModelSpec(model.spec)).total.flops * model.batch) / time.milliseconds / 1e6,
  };
}

/** The machine's ceiling: one float32 MatMul of 1024³ on the backend. */
export async function matMulRate(backend: Backend, load: LoadOptions, timing: Timing): Promise<StepTiming> {
  const size = 1024;
  const graph = new Graph('ceiling');
  const emit = new Emit(graph);
  const a = emit.input('a', 'float32', [size, size]);
  const b = emit.input('b', 'float32', [size, size]);
  // Only a sum leaves the graph: copying the product out would count against the ceiling.
  emit.output(emit.reduceMax(emit.matMul(a, b)));
  const session = await backend.open(encodeModel(graph), load);
  const random = (name: string): Tensor => ({
    dtype: 'float32',
    shape: [size, size],
    data: normals({ seed: 0, purpose: name }, size * size),
  });
  const feeds = { a: random('a'), b: random('b') };
  const time = await bestBlock(timing, () => session.run(feeds));
  await session.dispose();
  return { ...time, gflops: (2 * size ** 3) / time.milliseconds / 1e6 };
}

const warmUp = 5;
/** Seconds of a block, and the least steps in one. */
const blockLength = 0.3;
const blockSteps = 3;

/** The best of the medians of short blocks: what other work on the machine adds to one block does not count. */
async function bestBlock(
  { seconds, cpuTime }: Timing,
  work: (step: number) => Promise<unknown>,
): Promise<Omit<StepTiming, 'gflops'>> {
  let step = 0;
  while (step < warmUp) await work(++step);
  let milliseconds = Infinity;
  let cpuMilliseconds = Infinity;
  const end = performance.now() + seconds * 1000;
  do {
    const times: number[] = [];
    const cpuStart = cpuTime();
    const blockEnd = performance.now() + blockLength * 1000;
    while (times.length < blockSteps || performance.now() < blockEnd) {
      const start = performance.now();
      await work(++step);
      times.push(performance.now() - start);
    }
    times.sort((left, right) => left - right);
    milliseconds = Math.min(milliseconds, times[times.length >> 1]!);
    cpuMilliseconds = Math.min(cpuMilliseconds, (cpuTime() - cpuStart) / times.length);
  } while (performance.now() < end);
  return { milliseconds, cpuMilliseconds };
}
