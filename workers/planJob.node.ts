// Checks a training and says what it will cost.
import { createHash } from 'node:crypto';
import { faultOf } from '../contract/fault.js';
import type { PlanJob, PlanResult } from '../contract/jobs.js';
import { encodeModel } from '../engine/onnx/encode.js';
import { planTraining } from '../engine/training/planTraining.js';
import { trainingFaults } from '../engine/training/trainingFaults.js';
import type { TrainedData } from '../engine/training/trainingData.js';
import { evaluationBatch } from './trainedModel.js';

export function plan({ data, hasValidation }: PlanJob): PlanResult {
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
