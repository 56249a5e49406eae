// The process that checks trainings and says what they will cost, one after the other, away from the main side's event loop.
import { createHash } from 'node:crypto';
import { faultOf } from '../contract/fault.js';
import type { PlanJob, PlanResult } from '../contract/jobs.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { encodeModel } from '../engine/onnx/encode.js';
import { planTraining } from '../engine/training/planTraining.js';
import { trainingFaults } from '../engine/training/trainingFaults.js';
import type { TrainedData } from '../engine/training/trainingData.js';
import { serveManyJobs } from './jobChannel.node.js';
import { evaluationBatch } from './trainedModel.js';

serveManyJobs((job) => {
  if (job.kind !== 'plan') throw new EngineError('internal.error', `The planner does not know the job '${job.kind}'`);
  return plan(job);
});

function plan({ data, hasValidation }: PlanJob): PlanResult {
  const trained = data as TrainedData;
  const faults = trainingFaults(trained, hasValidation);
  if (faults.length > 0)
    return { faults: faults.map(({ code, message, place }) => ({ code, message, place })), plan: null };
  try {
    const { step, ...costs } = planTraining(trained, evaluationBatch);
    const shape = createHash('sha256').update(encodeModel(step)).digest('hex');
    return { faults: [], plan: { ...costs, shape } };
  } catch (error) {
    return { faults: [faultOf(error)], plan: null };
  }
}
