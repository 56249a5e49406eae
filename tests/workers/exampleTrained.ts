// A shipped example with its default model and seeded weights, as if it had been trained.
import { compileProgram } from '../../engine/training/program.js';
import { phasesOf } from '../../engine/training/checkTraining.js';
import type { TrainingData } from '../../engine/training/trainingData.js';
import { prepareTraining } from '../../main/services/prepareTraining.js';
import { openWorkspace } from '../../main/store/workspace.js';
import { temporaryFolder } from '../services/store/temporaryFolder.js';
import type { TrainedHere } from './exportHere.js';

const made = new Map<string, Promise<TrainedHere & { readonly data: TrainingData }>>();

/** Running statistics are left at their first values; weights are drawn as for a training. */
export function exampleTrained(name: string): Promise<TrainedHere & { readonly data: TrainingData }> {
  const trained = made.get(name) ?? prepare(name);
  made.set(name, trained);
  return trained;
}

async function prepare(name: string): Promise<TrainedHere & { readonly data: TrainingData }> {
  const workspace = openWorkspace(temporaryFolder(), { create: true });
  const request = { data: name, seed: 3, backend: 'native' as const };
  const { data } = await prepareTraining(request, workspace);
  workspace.close();
  const training = data as TrainingData;
  const state = compileProgram(phasesOf(training, 8)).initialState(3);
  const tensors = [...state.named(['parameter', 'buffer'])].map(([tensorName, tensor]) => ({
    name: tensorName,
    tensor,
  }));
  return { request, data: training, checkpoint: { step: 0, epoch: 0, tensors, trainer: {} } };
}
