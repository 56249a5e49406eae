// The batches of a run from any step on, whatever the epoch they fall into; where they are prepared is the source's matter.
import { batchFields, BatchReader, type BatchPlan } from '../engine/data/batches.js';
import type { AugmentedTraining } from '../engine/data/augment/augmentExamples.js';
import { augmentationTime } from '../engine/data/augment/pipeline.js';
import type { ExampleSet } from '../engine/data/exampleSet.js';
import { sizeOf } from '../engine/ir/shape.js';
import type { Tensor } from '../engine/ir/tensor.js';
import type { RandomField } from '../engine/training/stepGraph.js';
import type { TrainingData } from '../engine/training/trainingData.js';

export interface PreparedBatch {
  /** What the step reads by name; random fields of the step may be among them. Valid until the next batch is asked for. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** How many examples are real. */
  readonly filled: number;
}

export interface BatchSource {
  next(): Promise<PreparedBatch>;
  dispose(): Promise<void>;
}

/** What is needed to prepare batches here or in another thread. */
export interface BatchRequest {
  readonly data: Pick<TrainingData, 'dataSet' | 'preprocessing'>;
  /** `data`, preprocessed, and as `augmented` says. */
  readonly examples: ExampleSet;
  readonly augmented?: AugmentedTraining | undefined;
  readonly plan: BatchPlan;
  /** Steps done before the first batch, from the start of the run. */
  readonly step: number;
  /** Fields to draw for every step, with the run's seed. */
  readonly random: readonly RandomField[];
  readonly seed: number;
}

export type MakeBatchSource = (request: BatchRequest) => BatchSource;

/** Gathers each batch when it is asked for; random fields are left to the step. */
export function batchesHere({ examples, plan, step }: BatchRequest): BatchSource {
  const { stepsPerEpoch } = plan;
  const reader = new BatchReader(examples, plan, Math.floor(step / stepsPerEpoch), step % stepsPerEpoch);
  return {
    next: () => Promise.resolve(reader.next()),
    dispose: () => Promise.resolve(),
  };
}

// Measured on one core of 2 GHz; what matters is the order of magnitude.
const nanosecondsToGather = 2;
const nanosecondsToDraw = { uniform: 25, normal: 50 } as const;

/** About how long one batch takes to prepare, in microseconds. */
export function preparationTime({ examples, plan, random, augmented }: BatchRequest): number {
  const gathered = batchFields(examples, plan.options.batchSize).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const drawn = random.reduce(
    (sum, { shape, distribution }) => sum + sizeOf(shape) * nanosecondsToDraw[distribution],
    0,
  );
  const augmenting = augmented ? gathered * augmentationTime(augmented.augmentation) : 0;
  return (gathered * nanosecondsToGather + augmenting + drawn) / 1000;
}
