// Fills buffers with the batches of successive steps and the random fields of each.
import { augmentExamples } from '../engine/data/augment/augmentExamples.js';
import { BatchBuffers, batchFields, BatchPlan, type BatchField } from '../engine/data/batches.js';
import type { ExampleSet } from '../engine/data/exampleSet.js';
import type { RandomField } from '../engine/training/stepGraph.js';
import { drawRandom } from '../engine/training/stepFeeds.js';
import { layOutBatch, tensorsOver, type BatchLayout } from './batchLayout.js';
import type { BatchThreadData } from './batchMessages.js';

/** The same on both sides: the batch as it is gathered, then the random fields. */
export function producedLayout(examples: ExampleSet, batchSize: number, random: readonly RandomField[]): BatchLayout {
  const drawn = random.map(({ name, shape }): BatchField => ({ name, dtype: 'float32', shape }));
  return layOutBatch([...batchFields(examples, batchSize), ...drawn]);
}

export class BatchProducer {
  readonly layout: BatchLayout;
  private readonly examples: ExampleSet;
  private readonly plan: BatchPlan;
  private step: number;

  constructor(private readonly data: BatchThreadData) {
    this.examples = augmentExamples(data.dataSet, data.preprocessing, data.augmented);
    this.plan = new BatchPlan(data.plan);
    this.layout = producedLayout(this.examples, data.plan.batchSize, data.random);
    this.step = data.step;
  }

  /** Writes the next step's batch; returns how many of its examples are real. */
  fill(buffer: ArrayBuffer): number {
    const { examples, plan, data, step } = this;
    const { stepsPerEpoch } = plan;
    const tensors = tensorsOver(this.layout, buffer);
    const batch = new BatchBuffers(examples, plan, tensors).fill(
      Math.floor(step / stepsPerEpoch),
      step % stepsPerEpoch,
    );
    // The first step of a run is 1 to the optimizer and to random fields.
    for (const field of data.random)
      (tensors[field.name]!.data as Float32Array).set(drawRandom(field, { seed: data.seed, step: step + 1 }).data);
    this.step++;
    return batch.filled;
  }
}
