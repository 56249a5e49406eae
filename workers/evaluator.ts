// Runs the evaluation phase over a part of the data: loss, metrics, predictions; every example counts once.
import { BatchPlan, BatchReader, weightsName } from '../engine/data/batches.js';
import { targetName, type ExampleSet } from '../engine/data/exampleSet.js';
import { elements, type Tensor } from '../engine/ir/tensor.js';
import type { CollectedPredictions, MetricResult } from '../engine/training/metrics/defineMetric.js';
import { namedMetrics, type NamedMetric } from '../engine/training/metrics/namedMetrics.js';
import type { TrainSettings } from '../engine/training/settings.js';
import type { PhaseRunner } from './phaseRunner.js';

export interface Evaluation {
  /** `loss` and every metric that is one number, by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Metrics of several numbers: one a class, a confusion matrix. */
  readonly tables: Readonly<Record<string, Exclude<MetricResult, number>>>;
}

export interface EvaluateOptions {
  readonly settings: TrainSettings;
  readonly batchSize: number;
}

/** Evaluation reads the state and nothing that changes from step to step. */
export const evaluationClock = { step: 1, learningRate: 0, seed: 0 };

export async function evaluate(
  runner: PhaseRunner,
  data: ExampleSet,
  part: Int32Array,
  { settings, batchSize }: EvaluateOptions,
): Promise<Evaluation> {
  const plan = new BatchPlan({ examples: part, batchSize, seed: 0, shuffle: false });
  const reader = new BatchReader(data, plan);
  const sums = new EvaluationSums(settings);
  for (let step = 0; step < plan.stepsPerEpoch; step++) {
    const batch = reader.next();
    sums.add(await runner.run(batch.tensors, evaluationClock), batch.filled, () => batch.tensors);
  }
  return sums.finish();
}

/** Adds up what the batches of a part gave, in float64. */
export class EvaluationSums {
  private readonly metrics: readonly NamedMetric[];
  private readonly totals = new Map<string, Float64Array>();
  private readonly collector: Collector | undefined;
  private loss = 0;
  private examples = 0;

  constructor(settings: TrainSettings) {
    this.metrics = namedMetrics(settings.metrics);
    const collects = this.metrics.some(({ definition }) => definition.finishPredictions);
    this.collector = collects ? new Collector() : undefined;
  }

  /** Whether a metric needs the predictions themselves. */
  get collects(): boolean {
    return this.collector !== undefined;
  }

  /** `batch` is asked for targets and weights where predictions are collected. */
  add(results: Readonly<Record<string, Tensor>>, filled: number, batch: () => Readonly<Record<string, Tensor>>): void {
    this.loss += elements(results.loss!)[0]! * filled;
    this.examples += filled;
    for (const { name, definition } of this.metrics) {
      const partial = results[`metric/${name}`];
      if (partial) this.totals.set(name, definition.accumulate(this.totals.get(name), elements(partial)));
    }
    this.collector?.add(results.prediction!, batch(), filled);
  }

  finish(): Evaluation {
    return finish(this.metrics, this.totals, this.collector?.collected, this.loss / this.examples);
  }
}

function finish(
  metrics: readonly NamedMetric[],
  totals: ReadonlyMap<string, Float64Array>,
  collected: CollectedPredictions | undefined,
  loss: number,
): Evaluation {
  const numbers: Record<string, number> = { loss };
  const tables: Record<string, Exclude<MetricResult, number>> = {};
  for (const { name, definition, options } of metrics) {
    const sums = totals.get(name);
    const result = sums
      ? definition.finish(sums, options)
      : collected && definition.finishPredictions?.(collected, options);
    if (typeof result === 'number') numbers[name] = result;
    else if (result) tables[name] = result;
  }
  return { metrics: numbers, tables };
}

/** Keeps every prediction, for metrics that rank them all. */
class Collector {
  private readonly predictions: number[] = [];
  private readonly targets: number[] = [];
  private readonly weights: number[] = [];
  private columns = 1;

  /** The first `filled` rows are examples, the rest padding. */
  add(prediction: Tensor, batch: Readonly<Record<string, Tensor>>, filled: number): void {
    this.columns = prediction.data.length / prediction.shape[0]!;
    this.predictions.push(...elements(prediction).slice(0, filled * this.columns));
    this.targets.push(...elements(batch[targetName]!).slice(0, filled));
    this.weights.push(...elements(batch[weightsName]!).slice(0, filled));
  }

  get collected(): CollectedPredictions {
    const { predictions, columns, targets, weights } = this;
    return { predictions, columns, targets, weights };
  }
}
