// The jobs about a trained model, for the workers of every host: evaluate, predict, export.
import type { EvaluateJob, ExamineJob, ExportJob, GradientsJob, PredictJob } from '../contract/jobs.js';
import type { WorkerJob } from '../contract/worker.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import type { Backend } from './backends/backend.js';
import { runExamine } from './examineJob.js';
import { runExport, type ExportHost } from './exportJob.js';
import { runGradients } from './gradientsJob.js';
import type { JobChannel } from './jobChannel.js';
import { runEvaluate, runPredict } from './modelJobs.js';

export interface ModelHostPorts {
  /** The host's backend by the name that the model was trained with. */
  readonly pick: (name: 'auto' | Backend['name']) => Promise<Backend>;
  readonly channel: JobChannel;
  readonly exportHost: ExportHost;
}

/** @returns the job's result */
export async function answerForModel(job: WorkerJob, { pick, channel, exportHost }: ModelHostPorts): Promise<unknown> {
  if (!isAboutModel(job)) throw new EngineError('internal.error', `This worker does not know the job '${job.kind}'`);
  const { backend: name, threads } = job.request;
  const session = threads === undefined ? {} : { threads };
  if (job.kind === 'export') {
    // A file is for any machine: it is held against the processor's numbers, which need no adapter.
    const backend = await pick(name === 'webgpu' ? 'auto' : name);
    return runExport(job, { backend, session, host: exportHost, send: channel.send, stopped: channel.stopped });
  }
  // Looking into a model is for any machine, too.
  if (job.kind === 'examine') return runExamine(job, await pick(name === 'webgpu' ? 'auto' : name), session, channel);
  if (job.kind === 'gradients')
    return runGradients(job, await pick(name === 'webgpu' ? 'auto' : name), session, channel);
  const backend = await pick(name);
  return job.kind === 'evaluate' ? runEvaluate(job, backend, session) : runPredict(job, backend, session);
}

type ModelJob = EvaluateJob | PredictJob | ExamineJob | GradientsJob | ExportJob;
const modelJobs: ReadonlySet<string> = new Set<ModelJob['kind']>([
  'evaluate',
  'predict',
  'examine',
  'gradients',
  'export',
]);

function isAboutModel(job: WorkerJob): job is ModelJob {
  return modelJobs.has(job.kind);
}
