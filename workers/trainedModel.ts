// A trained model ready to be asked: its evaluation phase on a session, with the weights of a checkpoint.
import type { CheckpointFrame } from '../contract/tensorFrame.js';
import type { Tensor } from '../engine/ir/tensor.js';
import { phasesOf } from '../engine/training/checkTraining.js';
import type { PhaseDeclaration } from '../engine/training/phase.js';
import { compileProgram } from '../engine/training/program.js';
import { evaluatePhase } from '../engine/training/supervised.js';
import type { TrainedData } from '../engine/training/trainingData.js';
import type { Backend, SessionOptions } from './backends/backend.js';
import { PhaseRunner } from './phaseRunner.js';
import { encodeStep } from './programSessions.js';

export const evaluationBatch = 256;

/** The weights that count: the moving averages where they were kept, else the parameters; and the buffers. */
export function weightsOf(checkpoint: CheckpointFrame, averaged: boolean): Map<string, Tensor> {
  const all = new Map(checkpoint.tensors.map(({ name, tensor }) => [name, tensor as Tensor]));
  const weights = new Map<string, Tensor>();
  for (const [name, tensor] of all) {
    if (/^(optimizer|average|best)\//.test(name)) continue;
    weights.set(name, (averaged ? all.get(`average/${name}`) : undefined) ?? tensor);
  }
  return weights;
}

export interface OpenedModel {
  readonly runner: PhaseRunner;
  readonly weights: ReadonlyMap<string, Tensor>;
}

/** Compiles and loads the evaluation phase alone, and fills it with the checkpoint's weights. */
export async function openModel(
  data: TrainedData,
  checkpoint: CheckpointFrame,
  backend: Backend,
  options: SessionOptions,
): Promise<OpenedModel> {
  const phase = phasesOf(data, evaluationBatch).find(({ name }) => name === evaluatePhase)!;
  const weights = weightsOf(checkpoint, data.settings.average !== undefined);
  return { runner: await openPhase(phase, weights, backend, options), weights };
}

/** A phase that only reads the state, with these weights as its state. */
export async function openPhase(
  phase: PhaseDeclaration,
  weights: ReadonlyMap<string, Tensor>,
  backend: Backend,
  options: SessionOptions,
): Promise<PhaseRunner> {
  const program = compileProgram([phase]);
  const [step] = program.steps;
  const session = await backend.open(encodeStep(step!), options);
  const state = program.initialState(0);
  state.load(weights);
  return new PhaseRunner(step!, session, state);
}
