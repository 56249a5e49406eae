// One benchmark model on the GPU: what is timed, and what else is to be told of it.
import type { PlanRunner } from './webgpu/planRunner.js';
import { profilePlan, type ProfileRow } from './webgpu/profile.js';

/** The steps of a model, made one way or another. */
export interface BenchSteps {
  readonly runner: PlanRunner;
  /** Of the last step, where it is read. */
  readonly loss?: number;
  /** Hands steps to the GPU, several in one submission where they are recorded. */
  submit(count: number): Promise<void>;
  /** Resolves when the GPU has done all that it was handed. */
  wait(): Promise<void>;
  dispose(): Promise<void>;
}

/** What is known before anything is timed. */
export interface BenchFacts {
  /** Of one step; 0 where nothing was recorded. */
  readonly dispatches: number;
  /** All GPU memory in use: state, data, what lies between. */
  readonly gpuBytes: number;
  /** Segments that onnxruntime has to run ordinarily, and why. */
  readonly notes: readonly string[];
  /** Nodes that onnxruntime computes. */
  readonly sessionNodes: number;
}

export function factsOf({ runner }: BenchSteps): BenchFacts {
  const nodes = runner.plan.commands.map((command) => (command.kind === 'session' ? command.nodes.length : 0));
  const segments = runner.steps.map((step) => (step.kind === 'segment' ? step.segment.bytesInUse : 0));
  const sum = (numbers: readonly number[]): number => numbers.reduce((left, right) => left + right, 0);
  return {
    dispatches: runner.dispatches,
    gpuBytes: runner.device.memory.bytesInUse + sum(segments),
    notes: runner.notes,
    sessionNodes: sum(nodes),
  };
}

/**
 * Milliseconds that the processor spends on handing over one step, the GPU's work not counted: the least of `samples`, each
 * from an idle GPU until the last command of `count` steps is handed over.
 */
export async function timeHandOver(steps: BenchSteps, count: number, samples: number): Promise<number> {
  let least = Infinity;
  for (let sample = 0; sample < samples; sample++) {
    await steps.wait();
    const start = performance.now();
    await steps.submit(count);
    least = Math.min(least, (performance.now() - start) / count);
  }
  await steps.wait();
  return least;
}

/** The kernels by their time on the GPU. */
export function profileOf({ runner }: BenchSteps): Promise<ProfileRow[]> {
  return profilePlan(runner);
}
