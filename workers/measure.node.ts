// The process that times a few steps of a training before it is started.
import { serveJobs } from './jobChannel.node.js';
import { measureTraining, requireMeasureJob } from './measureJob.js';
import { driverFor } from './pickDriver.node.js';

serveJobs((job) => measureTraining(requireMeasureJob(job), driverFor));
