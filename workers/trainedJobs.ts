// The jobs about a trained model, for the workers of every host: evaluate, predict, export.
import type { WorkerJob } from '../contract/worker.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import type { Backend } from './backends/backend.js';
import { runExport } from './exportJob.js';
import { runEvaluate, runPredict } from './modelJobs.js';

/**
 * @param pick the host's backend by the name that the model was trained with
 * @returns the job's result
 */
export async function answerForModel(
  job: WorkerJob,
  pick: (name: 'auto' | Backend['name']) => Promise<Backend>,
): Promise<unknown> {
  if (job.kind !== 'evaluate' && job.kind !== 'predict' && job.kind !== 'export')
    throw new EngineError('internal.error', `This worker does not know the job '${job.kind}'`);
  const { backend: name, threads } = job.request;
  const backend = await pick(name);
  const options = threads === undefined ? {} : { threads };
  if (job.kind === 'evaluate') return runEvaluate(job, backend, options);
  if (job.kind === 'predict') return runPredict(job, backend, options);
  return runExport(job, backend, options);
}
