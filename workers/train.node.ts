// The trainer's process: takes one job from its parent, tells what happens, and ends with it.
import type { TrainingData } from '../engine/training/trainingData.js';
import { serveJobs } from './jobChannel.node.js';
import { driverFor } from './pickDriver.node.js';
import { shareColumns } from './shareColumns.js';
import { requireTrainJob, runTrainJob } from './trainJob.js';

serveJobs(async (job, channel) => {
  const training = requireTrainJob(job);
  // Before anything refers to them: the thread that prepares batches then reads the same memory.
  shareColumns((training.data as TrainingData).dataSet);
  return runTrainJob(training, channel, driverFor);
});
