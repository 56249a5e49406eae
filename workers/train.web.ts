// The trainer's web worker: takes one job from its page, tells what happens, and ends with it.
import { faultOf } from '../contract/fault.js';
import type { TrainJob } from '../contract/training.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { readProgress } from './checkpoint.js';
import type { JobChannel } from './jobChannel.js';
import { serveJobs } from './jobChannel.web.js';
import { driverFor } from './pickDriver.web.js';
import { makeTrainer } from './trainer.js';

serveJobs(async (job, channel) => {
  if (job.kind !== 'train') throw new EngineError('internal.error', `The trainer does not know the job '${job.kind}'`);
  await train(job, channel);
  return null;
});

async function train(job: TrainJob, { send, stopped, ...pause }: JobChannel): Promise<void> {
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
}
