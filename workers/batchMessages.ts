// What the trainer and the thread that prepares its batches say to each other.
import type { BatchPlanOptions } from '../engine/data/batches.js';
import type { AugmentedTraining } from '../engine/data/augment/augmentExamples.js';
import type { DataSet } from '../engine/data/dataSet.js';
import type { Preprocessing } from '../engine/data/preprocessing.js';
import type { RandomField } from '../engine/training/stepGraph.js';

/** Given to the thread at its start; the numbers of the data set are in shared memory. */
export interface BatchThreadData {
  readonly dataSet: DataSet;
  readonly preprocessing: Preprocessing;
  readonly plan: BatchPlanOptions;
  readonly augmented: AugmentedTraining | undefined;
  readonly step: number;
  readonly random: readonly RandomField[];
  readonly seed: number;
  /** How many batches are under way at once, the one in use included. */
  readonly depth: number;
}

/** From the thread, in the order of the steps: a filled buffer. */
export interface FilledBuffer {
  readonly buffer: ArrayBuffer;
  readonly filled: number;
}

/** To the thread: a buffer that is free again. */
export type FreeBuffer = ArrayBuffer;
