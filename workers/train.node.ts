// The trainer's process: takes one job from its parent, tells what happens, and ends with it.
import { faultOf } from '../contract/fault.js';
import type { TrainJob } from '../contract/training.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import type { TrainingData } from '../engine/training/trainingData.js';
import { readProgress } from './checkpoint.js';
import type { JobChannel } from './jobChannel.js';
import { serveJobs } from './jobChannel.node.js';
import { driverFor } from './pickDriver.node.js';
import { shareColumns } from './shareColumns.js';
import { makeTrainer } from './trainer.js';

serveJobs(async (job, channel) => {
  if (job.kind !== 'train') throw new EngineError('internal.error', `The trainer does not know the job '${job.kind}'`);
  await train(job, channel);
  return null;
});

async function train(job: TrainJob, { send, stopped, ...pause }: JobChannel): Promise<void> {
  // Before anything refers to them: the thread that prepares batches then reads the same memory.
  shareColumns((job.data as TrainingData).dataSet);
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
