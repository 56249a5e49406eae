// Metrics from batches through the graph against numbers computed directly (scikit-learn's definitions).
import { describe, expect, it } from 'vitest';
import type { DType } from '../../../../engine/ir/dtype.js';
import { sizeOf } from '../../../../engine/ir/shape.js';
import { tensorOf } from '../../../../engine/ir/tensor.js';
import { metricOf, metrics } from '../../../../engine/training/metrics/index.js';
import type { OptionArguments } from '../../../../engine/training/options.js';
import { openGraph } from '../runGraph.js';

interface Split {
  readonly prediction: readonly number[];
  readonly target: readonly number[];
  readonly weight: readonly number[];
  /** Without the batch axis. */
  readonly predictionShape: readonly number[];
  readonly targetShape: readonly number[];
  readonly targetType: DType;
}

/** Runs a metric over batches of `batch`, the last one padded with weight 0 and nonsense. */
async function measure(type: string, split: Split, options: OptionArguments = {}, batch = 2) {
  const metric = metricOf(type);
  const built = await openGraph((emit) => ({
    sums: metric.update!({
      emit,
      prediction: emit.input('prediction', 'float32', [batch, ...split.predictionShape]),
      target: emit.input('target', split.targetType, [batch, ...split.targetShape]),
      weight: emit.input('weight', 'float32', [batch]),
      options,
    }),
  }));
  const piece = (values: readonly number[], start: number, width: number, filler: number) =>
    Array.from({ length: batch * width }, (_, index) => values[start * width + index] ?? filler);
  let total: Float64Array | undefined;
  for (let start = 0; start < split.weight.length; start += batch) {
    const width = { prediction: sizeOf(split.predictionShape), target: sizeOf(split.targetShape) };
    const { sums } = await built.run({
      prediction: tensorOf(
        'float32',
        [batch, ...split.predictionShape],
        piece(split.prediction, start, width.prediction, 9),
      ),
      target: tensorOf(split.targetType, [batch, ...split.targetShape], piece(split.target, start, width.target, 0)),
      weight: tensorOf('float32', [batch], piece(split.weight, start, 1, 0)),
    });
    total = metric.accumulate(total, sums!.data as Float32Array);
  }
  await built.session.dispose();
  return metric.finish(total!, options);
}

// Decisions: 0, 2, 1, 1, 2 for truths 0, 2, 2, 1, 0.
const classes: Split = {
  prediction: [2, 1, 0, 0, 1, 3, 0, 2, 1, -1, 1, 0, 0, -1, 1],
  target: [0, 2, 2, 1, 0],
  weight: [1, 1, 1, 1, 1],
  predictionShape: [3],
  targetShape: [],
  targetType: 'int64',
};

const binary: Split = {
  prediction: [2, -1, 0.5, -3, 1],
  target: [1, 1, 0, 0, 1],
  weight: [1, 1, 1, 1, 1],
  predictionShape: [1],
  targetShape: [],
  targetType: 'int32',
};

const numbers: Split = {
  prediction: [2.5, 0, 2, 8, 1],
  target: [3, -0.5, 2, 7, 1.5],
  weight: [1, 1, 1, 1, 1],
  predictionShape: [1],
  targetShape: [],
  targetType: 'float32',
};

describe('metrics of classes', () => {
  it('accuracy counts right answers', async () => {
    expect(await measure('accuracy', classes)).toBeCloseTo(0.6, 6);
  });

  it('accuracy weighs examples', async () => {
    expect(await measure('accuracy', { ...classes, weight: [3, 1, 1, 0, 1] })).toBeCloseTo(4 / 6, 6);
  });

  it('accuracy of a logit decides at the threshold', async () => {
    expect(await measure('accuracy', binary)).toBeCloseTo(0.6, 6);
    expect(await measure('accuracy', binary, { threshold: 0.7 })).toBeCloseTo(0.8, 6);
  });

  it('accuracy of a sequence leaves out the ignored', async () => {
    const sequence = { ...classes, prediction: classes.prediction.slice(0, 12), target: [0, 2, -1, 1] };
    const split = { ...sequence, weight: [1, 1], predictionShape: [2, 3], targetShape: [2] };
    expect(await measure('accuracy', split, { ignoreIndex: -1 })).toBeCloseTo(1, 6);
  });

  it('topK accepts the second best', async () => {
    expect(await measure('topK', classes, { k: 2 })).toBeCloseTo(1, 6);
    expect(await measure('topK', classes, { k: 1 })).toBeCloseTo(0.6, 6);
  });

  it('confusionMatrix has the truth in rows', async () => {
    const expected = [
      [1, 0, 1],
      [0, 1, 0],
      [0, 1, 1],
    ];
    expect(await measure('confusionMatrix', classes)).toEqual(expected);
  });

  it('precision, recall and F1 average as asked', async () => {
    expect(await measure('precision', classes, { average: 'perClass' })).toEqual([1, 0.5, 0.5]);
    expect(await measure('recall', classes, { average: 'perClass' })).toEqual([0.5, 1, 0.5]);
    expect(await measure('precision', classes)).toBeCloseTo(2 / 3, 6);
    expect(await measure('recall', classes, { average: 'micro' })).toBeCloseTo(0.6, 6);
    expect(await measure('f1', classes)).toBeCloseTo((2 / 3 + 2 / 3 + 1 / 2) / 3, 6);
    expect(await measure('f1', classes, { average: 'weighted' })).toBeCloseTo(0.6, 6);
    expect(await measure('precision', binary, { average: 'positive' })).toBeCloseTo(2 / 3, 6);
  });

  it('balancedAccuracy is the mean recall', async () => {
    expect(await measure('balancedAccuracy', classes)).toBeCloseTo(2 / 3, 6);
  });

  it('logLoss, perplexity and bitsPerCharacter agree with each other and the definition', async () => {
    const losses = classes.target.map((truth, row) => {
      const logits = classes.prediction.slice(row * 3, row * 3 + 3);
      return Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0)) - logits[truth]!;
    });
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / 5;
    expect(await measure('logLoss', classes)).toBeCloseTo(mean, 5);
    expect(await measure('perplexity', classes)).toBeCloseTo(Math.exp(mean), 4);
    expect(await measure('bitsPerCharacter', classes)).toBeCloseTo(mean / Math.LN2, 5);
  });

  it('logLoss of a logit is that of its sigmoid', async () => {
    const losses = binary.prediction.map((z, row) => Math.log1p(Math.exp(binary.target[row] ? -z : z)));
    expect(await measure('logLoss', binary)).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 5, 5);
  });
});

describe('metrics of numbers', () => {
  it('mae, mse and rmse', async () => {
    expect(await measure('mae', numbers)).toBeCloseTo(2.5 / 5, 6);
    expect(await measure('mse', numbers)).toBeCloseTo(1.75 / 5, 6);
    expect(await measure('rmse', numbers)).toBeCloseTo(Math.sqrt(1.75 / 5), 6);
  });

  it('r2 and explainedVariance follow their definitions over unequal batches', async () => {
    const mean = 13 / 5;
    const spread = numbers.target.reduce((sum, y) => sum + (y - mean) ** 2, 0);
    const errors = numbers.target.map((y, row) => y - numbers.prediction[row]!);
    const bias = errors.reduce((sum, error) => sum + error, 0) / 5;
    expect(await measure('r2', numbers)).toBeCloseTo(1 - 1.75 / spread, 6);
    expect(await measure('explainedVariance', numbers)).toBeCloseTo(1 - (1.75 - 5 * bias ** 2) / spread, 6);
  });

  it('r2 keeps its precision where the target is far from zero', async () => {
    const far = (values: readonly number[]) => values.map((value) => value + 4096);
    const split = { ...numbers, prediction: far(numbers.prediction), target: far(numbers.target) };
    expect(await measure('r2', split)).toBeCloseTo((await measure('r2', numbers)) as number, 4);
  });

  it('r2 averages outputs evenly', async () => {
    const split: Split = {
      prediction: [0.5, 1, -1, 1, 7, -6, 0, 0],
      target: [0, 2, -1, 2, 8, -5, 0, 0],
      weight: [1, 1, 1],
      predictionShape: [2],
      targetShape: [2],
      targetType: 'float32',
    };
    // By hand: column 1: 1 − 1.25 / 48.667, column 2: 1 − 3 / 32.667.
    const expected = (1 - 1.25 / (65 - 49 / 3) + 1 - 3 / (33 - 1 / 3)) / 2;
    expect(await measure('r2', { ...split, prediction: split.prediction.slice(0, 6) })).toBeCloseTo(expected, 5);
  });
});

describe('metrics of rank', () => {
  const collected = (predictions: readonly number[], targets: readonly number[], weights?: readonly number[]) => ({
    predictions,
    columns: predictions.length / targets.length,
    targets,
    weights: weights ?? targets.map(() => 1),
  });
  const score = (type: string, ...args: Parameters<typeof collected>) =>
    metricOf(type).finishPredictions!(collected(...args), {}) as number;

  it('auc counts ties half', () => {
    expect(score('auc', [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBeCloseTo(0.75, 12);
    expect(score('auc', [1, 1, 1, 1], [0, 1, 0, 1])).toBeCloseTo(0.5, 12);
  });

  it('averagePrecision follows the steps of recall', () => {
    expect(score('averagePrecision', [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBeCloseTo(0.5 + 0.5 * (2 / 3), 12);
  });

  it('rows of weight 0 do not count', () => {
    expect(score('auc', [0.1, 0.4, 0.35, 0.8, 9], [0, 0, 1, 1, 0], [1, 1, 1, 1, 0])).toBeCloseTo(0.75, 12);
  });

  it('several classes are taken one against the rest', () => {
    expect(score('auc', [5, 0, 0, 0, 5, 0, 0, 0, 5], [0, 1, 2])).toBe(1);
  });

  it('every metric says whether it sums batches or needs all predictions', () => {
    for (const metric of metrics)
      expect(Boolean(metric.update) !== Boolean(metric.finishPredictions), metric.type).toBe(true);
  });
});
