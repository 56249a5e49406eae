// The web worker that times a few steps of a training on the window's GPU before it is started.
import { serveJobs } from './jobChannel.web.js';
import { measureTraining, requireMeasureJob } from './measureJob.js';
import { driverFor } from './pickDriver.web.js';

serveJobs((job) => measureTraining(requireMeasureJob(job), driverFor));
