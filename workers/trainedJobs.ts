// The jobs about a trained model, for the workers of every host: evaluate, predict, export.
import type { WorkerJob } from '../contract/worker.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import type { Backend } from './backends/backend.js';
import { runExport, type ExportHost } from './exportJob.js';
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
  if (job.kind !== 'evaluate' && job.kind !== 'predict' && job.kind !== 'export')
    throw new EngineError('internal.error', `This worker does not know the job '${job.kind}'`);
  const { backend: name, threads } = job.request;
  const session = threads === undefined ? {} : { threads };
  if (job.kind === 'export') {
    // A file is for any machine: it is held against the processor's numbers, which need no adapter.
    const backend = await pick(name === 'webgpu' ? 'auto' : name);
    return runExport(job, { backend, session, host: exportHost, send: channel.send, stopped: channel.stopped });
  }
  const backend = await pick(name);
  return job.kind === 'evaluate' ? runEvaluate(job, backend, session) : runPredict(job, backend, session);
}
