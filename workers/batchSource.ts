// The batches of a run from any step on, whatever the epoch they fall into.
import { BatchReader, type Batch, type BatchPlan } from '../engine/data/batches.js';
import type { ExampleSet } from '../engine/data/exampleSet.js';

export class BatchSource {
  private readonly reader: BatchReader;

  /** `step` counts from the start of the run. */
  constructor(examples: ExampleSet, plan: BatchPlan, step: number) {
    const { stepsPerEpoch } = plan;
    this.reader = new BatchReader(examples, plan, Math.floor(step / stepsPerEpoch), step % stepsPerEpoch);
  }

  next(): Batch {
    return this.reader.next();
  }
}
