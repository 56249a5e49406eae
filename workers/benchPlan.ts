// The training step of a benchmark model as one piece of onnxruntime's on a GPU: the graph whole, in one session.
import { EngineError } from '../engine/ir/diagnostic.js';
import type { Value } from '../engine/ir/graph.js';
import { isStatic, sizeOf } from '../engine/ir/shape.js';
import type { Tensor } from '../engine/ir/tensor.js';
import { compileKernels } from '../engine/kernels/compileKernels.js';
import type { KernelTarget } from '../engine/kernels/compileOptions.js';
import { storageOf, type KernelPlan, type PlanBuffer, type PlanPort } from '../engine/kernels/kernelPlan.js';
import { runPasses } from '../engine/passes/runPasses.js';
import { compileProgram } from '../engine/training/program.js';
import { StepFeeds } from '../engine/training/stepFeeds.js';
import type { StepGraph } from '../engine/training/stepGraph.js';
import type { BenchModel } from './benchModels.js';
import { benchBatch, benchPhase } from './benchTask.js';

export interface BenchPlan {
  readonly plan: KernelPlan;
  /** By input name of the graph: what a first step gets. */
  readonly feeds: Readonly<Record<string, Tensor>>;
}

/** `kernels`: ours, onnxruntime for what has none; `session`: the whole graph is onnxruntime's. */
export type BenchWay = 'kernels' | 'session';

/** A step whose inputs and outputs have buffers of their own: the state is not updated. */
export function benchPlan(model: BenchModel, way: BenchWay, target: KernelTarget): BenchPlan {
  const program = compileProgram([benchPhase(model)]);
  const step = program.steps[0]!;
  runPasses(step.graph);
  const plan = way === 'kernels' ? compileKernels(step.graph, { target }) : wholeSession(step);
  const feeds = new StepFeeds(step, program.initialState(0));
  const clock = { step: 1, learningRate: 0.01, seed: 0 };
  return { plan, feeds: feeds.feeds(benchBatch(model), clock) };
}

/** One session command between buffers of the graph's inputs and outputs. */
function wholeSession({ graph, name }: StepGraph): KernelPlan {
  const buffers: PlanBuffer[] = [];
  const port = ({ name: label, dtype, shape }: Value): PlanPort => {
    if (!dtype || !isStatic(shape))
      throw new EngineError('internal.error', `'${label}': a step graph has types and static shapes`);
    buffers.push({ label, storage: storageOf(dtype)!, elements: sizeOf(shape), role: 'external' });
    return { name: label, dtype, shape, buffer: buffers.length - 1, offset: 0 };
  };
  const inputs = graph.inputs.map(port);
  const outputs = graph.outputs.map(port);
  const nodes = graph.nodes.map((node) => node.name);
  return { buffers, inputs, outputs, commands: [{ kind: 'session', label: name, graph, inputs, outputs, nodes }] };
}
