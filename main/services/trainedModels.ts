// What is done with a trained model: measuring it, applying it (exporting it: exportRun.ts); in a worker, from a checkpoint of the run.
import type { EvaluateJob, EvaluateResult, PredictJob, Prediction } from '../../contract/jobs.js';
import type { CheckpointFrame } from '../../contract/tensorFrame.js';
import { trainRequestSchema, type TrainRequest } from '../../contract/training.js';
import { faultCodes } from '../../contract/fault.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { runInWorker } from './launcher.js';
import { readPredictionInput } from './predictionInput.js';
import { readRunSpecification } from './runSpecification.js';
import type { TrainingPorts } from './training.js';
import type { Workspace } from './workspaces.js';

/** Left out: the state that a finished run ended with, which its metrics were measured on; the best of an unfinished one. */
export type CheckpointChoice = 'best' | 'last' | undefined;

export interface LoadedTrained {
  readonly request: TrainRequest;
  readonly data: unknown;
  readonly checkpoint: CheckpointFrame;
}

const entry = 'trained.node';
const ignoreEvents = (): void => undefined;

/** The run's request, its data and the state to use. @throws EngineError `run.notFound`, `checkpoint.*`, those of data */
export async function loadTrained(
  { workspace, prepare }: TrainingPorts,
  run: string,
  choice: CheckpointChoice,
): Promise<LoadedTrained> {
  const checkpoint = await loadCheckpoint(workspace, run, choice);
  return { ...(await prepare(trainRequestSchema.parse(workspace.runs.request(run)), workspace, run)), checkpoint };
}

function loadCheckpoint(workspace: Workspace, run: string, choice: CheckpointChoice): Promise<CheckpointFrame> {
  const checkpoints = workspace.checkpoints(run);
  const chosen = choice ?? (workspace.runs.find(run).status === 'finished' ? 'last' : 'best');
  return chosen === 'best' ? checkpoints.loadBest() : checkpoints.loadLatest();
}

/** @returns `<split>_<metric>` for the given parts of the data; they are also kept in the run's record */
export async function evaluateRun(
  ports: TrainingPorts,
  run: string,
  splits: readonly string[],
  choice: CheckpointChoice,
): Promise<EvaluateResult> {
  const job: EvaluateJob = { kind: 'evaluate', ...(await loadTrained(ports, run, choice)), splits };
  const metrics = await runInWorker<never, EvaluateResult>(ports.launch, { entry, job, onEvent: ignoreEvents });
  ports.workspace.runs.update(run, { metrics });
  return metrics;
}

/** @param input a path, or a text for models of text; what it may be depends on the kind of data */
export async function predictWithRun(ports: TrainingPorts, run: string, input: string): Promise<readonly Prediction[]> {
  const { workspace } = ports;
  const specification = await readRunSpecification(workspace, run);
  if (!specification)
    throw new EngineError(faultCodes.runState, `Run '${run}': it stopped before anything was trained.`);
  const job: PredictJob = {
    kind: 'predict',
    request: trainRequestSchema.parse(workspace.runs.request(run)),
    data: specification.trained,
    checkpoint: await loadCheckpoint(workspace, run, undefined),
    rows: await readPredictionInput(specification.trained.preprocessing, input),
  };
  return runInWorker<never, readonly Prediction[]>(ports.launch, { entry, job, onEvent: ignoreEvents });
}
