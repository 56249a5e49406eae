// What is done with a trained model: measuring it, applying it, exporting it; each in a worker, from a checkpoint of the run.
import type {
  EvaluateResult,
  ExportJob,
  ExportResult,
  EvaluateJob,
  PredictJob,
  Prediction,
} from '../../contract/jobs.js';
import type { CheckpointFrame } from '../../contract/tensorFrame.js';
import { trainRequestSchema, type TrainRequest } from '../../contract/training.js';
import { writeAtomic } from '../store/atomicFile.js';
import { faultCodes } from '../../contract/fault.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { runInWorker } from './launcher.js';
import { readPredictionInput } from './predictionInput.js';
import { readRunSpecification } from './runSpecification.js';
import type { TrainingPorts } from './training.js';
import type { Workspace } from './workspaces.js';

/** Left out: the state that a finished run ended with, which its metrics were measured on; the best of an unfinished one. */
export type CheckpointChoice = 'best' | 'last' | undefined;

interface Loaded {
  readonly request: TrainRequest;
  readonly data: unknown;
  readonly checkpoint: CheckpointFrame;
}

const entry = 'trained.node';
const ignoreEvents = (): void => undefined;

/** The run's request, its data and the state to use. @throws EngineError `run.notFound`, `checkpoint.*`, those of data */
async function load({ workspace, prepare }: TrainingPorts, run: string, choice: CheckpointChoice): Promise<Loaded> {
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
  const job: EvaluateJob = { kind: 'evaluate', ...(await load(ports, run, choice)), splits };
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

export interface ExportOptions {
  readonly file: string;
  readonly preprocessing: boolean;
  readonly choice: CheckpointChoice;
}

/** Writes the model once the worker has reloaded it and compared it with the trained one. */
export async function exportRun(
  ports: TrainingPorts,
  run: string,
  { file, preprocessing, choice }: ExportOptions,
): Promise<ExportResult> {
  const { metrics } = ports.workspace.runs.find(run);
  const job: ExportJob = { kind: 'export', run, ...(await load(ports, run, choice)), preprocessing, metrics };
  const result = await runInWorker<never, ExportResult>(ports.launch, { entry, job, onEvent: ignoreEvents });
  await writeAtomic(file, [result.bytes]);
  return result;
}
