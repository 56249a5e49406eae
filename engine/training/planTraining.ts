// What a training will cost, from its compiled steps: nothing is run.
import { byteSize } from '../ir/dtype.js';
import type { Graph } from '../ir/graph.js';
import { sizeOf } from '../ir/shape.js';
import { definitionOf } from '../ops/index.js';
import { peakActivationBytes } from '../passes/peakActivationBytes.js';
import { runPasses } from '../passes/runPasses.js';
import { phasesOf } from './checkTraining.js';
import { compileProgram } from './program.js';
import type { StateEntry } from './state.js';
import { evaluatePhase, trainPhase } from './supervised.js';
import type { TrainedData } from './trainingData.js';

export interface TrainingPlan {
  /** Numbers that the model has, frozen ones too. */
  readonly parameters: number;
  /** Floating-point operations of one training step; a multiply-add is 2. */
  readonly flopsPerStep: number;
  /** Bytes of one copy of weights and running statistics, and of slots and averages. */
  readonly parameterBytes: number;
  readonly optimizerBytes: number;
  /** The most that is alive between the nodes of a step, and of an evaluation. */
  readonly stepBytes: number;
  readonly evaluationBytes: number;
  readonly nodes: number;
  /** The training step after its passes; equal trainings have equal graphs. */
  readonly step: Graph;
}

/** @throws EngineError where the training has faults */
export function planTraining(data: TrainedData, evaluationBatch: number): TrainingPlan {
  const program = compileProgram(phasesOf(data, evaluationBatch));
  const graphOf = (phase: string): Graph => {
    const { graph } = program.steps.find(({ name }) => name === phase)!;
    runPasses(graph);
    return graph;
  };
  const step = graphOf(trainPhase);
  const bytes = (roles: readonly StateEntry['role'][]): number => total(program.entries, roles, bytesOf);
  return {
    parameters: total(program.entries, ['parameter'], ({ shape }) => sizeOf(shape)),
    flopsPerStep: step.nodes.reduce((sum, node) => sum + (definitionOf(node.type, node.domain)?.flops(node) ?? 0), 0),
    parameterBytes: bytes(['parameter', 'buffer']),
    optimizerBytes: bytes(['slot', 'average']),
    stepBytes: peakActivationBytes(step),
    evaluationBytes: peakActivationBytes(graphOf(evaluatePhase)),
    nodes: step.nodes.length,
    step,
  };
}

function total(
  entries: readonly StateEntry[],
  roles: readonly StateEntry['role'][],
  measure: (entry: StateEntry) => number,
): number {
  return entries.filter(({ role }) => roles.includes(role)).reduce((sum, entry) => sum + measure(entry), 0);
}

function bytesOf({ dtype, shape }: StateEntry): number {
  return sizeOf(shape) * byteSize(dtype);
}
