// Times a few steps of a training as they would be taken; what they did to the weights is thrown away.
import type { MeasureJob, MeasureResult } from '../contract/jobs.js';
import type { WorkerJob } from '../contract/worker.js';
import { BatchPlan } from '../engine/data/batches.js';
import { augmentExamples } from '../engine/data/augment/augmentExamples.js';
import { applyPreprocessing } from '../engine/data/exampleSet.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { augmentedTrainingOf } from '../engine/training/augmentedTraining.js';
import { phasesOf } from '../engine/training/checkTraining.js';
import { averageRate } from '../engine/training/optimizers/average.js';
import { learningRateAt } from '../engine/training/schedules/learningRate.js';
import type { StepClock } from '../engine/training/stepScalars.js';
import type { TrainingData } from '../engine/training/trainingData.js';
import { timeSteps } from './autoDriver.js';
import type { DriverRequest } from './stepDriver.js';
import type { DriverFor } from './trainJob.js';
import { evaluationBatch } from './trainedModel.js';

export function requireMeasureJob(job: WorkerJob): MeasureJob {
  if (job.kind !== 'measure')
    throw new EngineError('internal.error', `This worker does not know the job '${job.kind}'`);
  return job;
}

/** The backend of the request must be named. */
export async function measureTraining({ request, data }: MeasureJob, driverFor: DriverFor): Promise<MeasureResult> {
  const { make } = driverFor(request, undefined);
  const milliseconds = await timeSteps(make, requestOf(data as TrainingData, request.seed));
  return { backend: request.backend, milliseconds };
}

function requestOf(data: TrainingData, seed: number): DriverRequest {
  const { settings } = data;
  const plan = new BatchPlan({ examples: data.split.train, batchSize: settings.batch, seed, shuffle: true });
  const augmented = augmentedTrainingOf(data, seed);
  const totalSteps = Math.ceil(settings.epochs * plan.stepsPerEpoch);
  const clockOf = (step: number): StepClock => ({
    step,
    learningRate: learningRateAt(settings.schedule, {
      step: step - 1,
      totalSteps,
      stepsPerEpoch: plan.stepsPerEpoch,
      baseRate: settings.learningRate,
    }),
    seed,
    ...(settings.average && { scalars: { averageRate: averageRate(step, settings.average.decay) } }),
  });
  return {
    data,
    examples: applyPreprocessing(data.dataSet, data.preprocessing),
    training: { examples: augmentExamples(data.dataSet, data.preprocessing, augmented), augmented },
    plan,
    phases: phasesOf(data, evaluationBatch),
    resume: null,
    seed,
    lowerings: {},
    step: 0,
    clockOf,
  };
}
