// The process that checks trainings and says what they will cost, one after the other, away from the main side's event loop.
import { EngineError } from '../engine/ir/diagnostic.js';
import { serveManyJobs } from './jobChannel.node.js';
import { plan } from './planJob.node.js';

serveManyJobs((job) => {
  if (job.kind !== 'plan') throw new EngineError('internal.error', `The planner does not know the job '${job.kind}'`);
  return plan(job);
});
