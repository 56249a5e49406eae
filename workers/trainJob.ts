// One training job, whatever its worker is: makes the trainer, runs it, tells how it ended.
import { faultOf } from '../contract/fault.js';
import type { TrainJob, TrainRequest } from '../contract/training.js';
import type { WorkerJob } from '../contract/worker.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { readProgress } from './checkpoint.js';
import type { JobChannel } from './jobChannel.js';
import type { DriverChoice } from './stepDriver.js';
import { makeTrainer } from './trainer.js';

/** What takes the steps of a request; `before`: the backend that a resumed run was trained on. */
export type DriverFor = (request: TrainRequest, before: string | undefined) => DriverChoice;

export function requireTrainJob(job: WorkerJob): TrainJob {
  if (job.kind !== 'train') throw new EngineError('internal.error', `The trainer does not know the job '${job.kind}'`);
  return job;
}

export async function runTrainJob(
  job: TrainJob,
  { send, stopped, ...pause }: JobChannel,
  driverFor: DriverFor,
): Promise<null> {
  const { resume, request } = job;
  const { make, reason } = driverFor(request, resume ? readProgress(resume.trainer).backend : undefined);
  const trainer = await makeTrainer({ job, driver: make, reason, send, stopped, pause });
  try {
    await trainer.run();
  } catch (error) {
    await send({ type: 'failed', fault: faultOf(error) });
  } finally {
    await trainer.dispose();
  }
  return null;
}
