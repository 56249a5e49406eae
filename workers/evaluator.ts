// Runs the evaluation phase over a part of the data: loss, metrics, predictions; every example counts once.
import { BatchPlan, BatchReader } from '../engine/data/batches.js';
import type { ExampleSet } from '../engine/data/exampleSet.js';
import { elements, type Tensor } from '../engine/ir/tensor.js';
import { metricOf } from '../engine/training/metrics/index.js';
import type { TrainSettings } from '../engine/training/settings.js';
import type { PhaseRunner } from './phaseRunner.js';

export interface Evaluation {
  /** `loss` and the metrics by name; a metric of several numbers is left to `matrices`. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly matrices: Readonly<Record<string, readonly number[] | readonly (readonly number[])[]>>;
}

export interface EvaluateOptions {
  readonly settings: TrainSettings;
  readonly batchSize: number;
  /** Called with the model's output for the real examples of each batch. */
  readonly onPrediction?: (prediction: Tensor, examples: Int32Array, filled: number) => void;
  readonly stopped?: () => boolean;
}

const clock = { step: 1, learningRate: 0, seed: 0 };

export async function evaluate(
  runner: PhaseRunner,
  data: ExampleSet,
  part: Int32Array,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const { settings, batchSize, onPrediction } = options;
  const plan = new BatchPlan({ examples: part, batchSize, seed: 0, shuffle: false });
  const reader = new BatchReader(data, plan);
  const totals = new Map<string, Float64Array>();
  let loss = 0;
  let weight = 0;
  for (let step = 0; step < plan.stepsPerEpoch && !options.stopped?.(); step++) {
    const batch = reader.next();
    const results = await runner.run(batch.tensors, clock);
    loss += elements(results.loss!)[0]! * batch.filled;
    weight += batch.filled;
    for (const { type } of settings.metrics) {
      const partial = results[`metric/${type}`];
      if (partial) totals.set(type, metricOf(type).accumulate(totals.get(type), elements(partial)));
    }
    onPrediction?.(results.prediction!, batch.examples, batch.filled);
  }
  const metrics: Record<string, number> = { loss: loss / weight };
  const matrices: Record<string, readonly number[] | readonly (readonly number[])[]> = {};
  for (const { type, options: metricOptions } of settings.metrics) {
    const sums = totals.get(type);
    if (!sums) continue;
    const finished = metricOf(type).finish(sums, metricOptions);
    if (typeof finished === 'number') metrics[type] = finished;
    else matrices[type] = finished;
  }
  return { metrics, matrices };
}
