// The trainer's web worker: takes one job from its page, tells what happens, and ends with it.
import { serveJobs } from './jobChannel.web.js';
import { driverFor } from './pickDriver.web.js';
import { requireTrainJob, runTrainJob } from './trainJob.js';

serveJobs((job, channel) => runTrainJob(requireTrainJob(job), channel, driverFor));
