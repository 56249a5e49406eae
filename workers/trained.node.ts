// The process that answers for a trained model: evaluate, predict, export.
import { EngineError } from '../engine/ir/diagnostic.js';
import { pickBackend } from './backends/pickBackend.node.js';
import { serveJobs } from './jobChannel.node.js';
import { runExport } from './exportJob.js';
import { runEvaluate, runPredict } from './modelJobs.js';

serveJobs(async (job) => {
  if (job.kind !== 'evaluate' && job.kind !== 'predict' && job.kind !== 'export')
    throw new EngineError('internal.error', `This worker does not know the job '${job.kind}'`);
  const backend = await pickBackend(job.request.backend);
  const options = job.request.threads === undefined ? {} : { threads: job.request.threads };
  if (job.kind === 'evaluate') return runEvaluate(job, backend, options);
  if (job.kind === 'predict') return runPredict(job, backend, options);
  return runExport(job, backend, options);
});
