// The confusion matrix and what is computed from it: precision, recall, F1, balanced accuracy.
import type { Value } from '../../ir/graph.js';
import { tensorOf } from '../../ir/tensor.js';
import type { Emit } from '../../ops/emit.js';
import { choice, integer, number, optionalInteger } from '../options.js';
import { decide } from './decision.js';
import { defineMetric, type MetricContext, type MetricResult } from './defineMetric.js';
import { elementWeights } from './weightedMean.js';

const decisionOptions = {
  threshold: number(0.5, 'Probability that means yes', { above: 0, below: 1 }),
  ignoreIndex: optionalInteger('Target that does not count'),
} as const;

const averageOptions = {
  ...decisionOptions,
  average: choice(['macro', 'micro', 'weighted', 'perClass', 'positive'], 'macro', 'Classes are'),
  positive: integer(1, 'Positive class', { minimum: 0 }),
} as const;

/** [C, C]: the weight of examples of class row that were taken for class column. */
function confusionSums(
  context: MetricContext<{ readonly threshold: number; readonly ignoreIndex: number | undefined }>,
): Value {
  const { emit, prediction, target, weight, options } = context;
  const { predicted, truth, counts, classes } = decide(emit, prediction, target, options);
  const truthRows = emit.indicator(emit.equal(column(emit, truth), classRow(emit, classes)), prediction);
  const predictedRows = emit.indicator(emit.equal(column(emit, predicted), classRow(emit, classes)), prediction);
  const weights = emit.reshape(
    emit.cast(elementWeights(emit, truth32(emit, truth), weight, counts), 'float32'),
    [-1, 1],
  );
  return emit.matMul(emit.transpose(emit.mul(truthRows, weights), [1, 0]), predictedRows);
}

function truth32(emit: Emit, truth: Value): Value {
  return emit.cast(truth, 'float32');
}

function column(emit: Emit, classes: Value): Value {
  return emit.reshape(classes, [-1, 1]);
}

function classRow(emit: Emit, classes: number): Value {
  const numbers = Array.from({ length: classes }, (_, index) => index);
  return emit.constant(tensorOf('int64', [1, classes], numbers), 'classes');
}

/** Per class: true positives, examples of the class, examples taken for the class. */
interface ClassCounts {
  readonly hits: number;
  readonly actual: number;
  readonly predicted: number;
}

function countsOf(sums: ArrayLike<number>): ClassCounts[] {
  const classes = Math.round(Math.sqrt(sums.length));
  const at = (row: number, col: number): number => sums[row * classes + col]!;
  const indices = Array.from({ length: classes }, (_, index) => index);
  return indices.map((index) => ({
    hits: at(index, index),
    actual: indices.reduce((sum, other) => sum + at(index, other), 0),
    predicted: indices.reduce((sum, other) => sum + at(other, index), 0),
  }));
}

interface AverageValues {
  readonly average: 'macro' | 'micro' | 'weighted' | 'perClass' | 'positive';
  readonly positive: number;
}

/** Averages a per-class score; macro and weighted leave out classes that neither occur nor were predicted, as scikit-learn. */
function averaged(
  sums: ArrayLike<number>,
  options: AverageValues,
  score: (counts: ClassCounts) => number,
): MetricResult {
  const counts = countsOf(sums);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const seen = counts.filter(({ actual, predicted }) => actual + predicted > 0);
  switch (options.average) {
    case 'perClass':
      return counts.map(score);
    case 'positive':
      return score(counts[options.positive] ?? { hits: 0, actual: 0, predicted: 0 });
    case 'micro':
      return score({
        hits: sum(counts.map(({ hits }) => hits)),
        actual: sum(counts.map(({ actual }) => actual)),
        predicted: sum(counts.map(({ predicted }) => predicted)),
      });
    case 'weighted':
      return sum(seen.map((entry) => score(entry) * entry.actual)) / sum(seen.map(({ actual }) => actual));
    case 'macro':
      return sum(seen.map(score)) / seen.length;
  }
}

/** A quotient whose 0 / 0 is 0. */
function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

export const confusionMatrix = defineMetric({
  type: 'confusionMatrix',
  title: 'Confusion matrix',
  description: 'How often examples of each class (rows) were taken for each class (columns).',
  higherIsBetter: true,
  options: decisionOptions,
  update: confusionSums,
  finish(sums) {
    const classes = Math.round(Math.sqrt(sums.length));
    const flat = Array.from(sums);
    return Array.from({ length: classes }, (_, row) => flat.slice(row * classes, (row + 1) * classes));
  },
});

export const precision = defineMetric({
  type: 'precision',
  title: 'Precision',
  description: 'Of what was taken for a class, the share that belongs to it.',
  higherIsBetter: true,
  options: averageOptions,
  update: confusionSums,
  finish: (sums, options) => averaged(sums, options, ({ hits, predicted }) => share(hits, predicted)),
});

export const recall = defineMetric({
  type: 'recall',
  title: 'Recall',
  description: 'Of what belongs to a class, the share that was found.',
  higherIsBetter: true,
  options: averageOptions,
  update: confusionSums,
  finish: (sums, options) => averaged(sums, options, ({ hits, actual }) => share(hits, actual)),
});

/** 2·hits / (actual + predicted), the harmonic mean of precision and recall. */
export const f1 = defineMetric({
  type: 'f1',
  title: 'F1',
  description: 'The harmonic mean of precision and recall.',
  higherIsBetter: true,
  options: averageOptions,
  update: confusionSums,
  finish: (sums, options) =>
    averaged(sums, options, ({ hits, actual, predicted }) => share(2 * hits, actual + predicted)),
});

/** The mean recall of the classes that occur. */
export const balancedAccuracy = defineMetric({
  type: 'balancedAccuracy',
  title: 'Balanced accuracy',
  description: 'Accuracy in which every class counts alike.',
  higherIsBetter: true,
  options: decisionOptions,
  update: confusionSums,
  finish(sums) {
    const occurring = countsOf(sums).filter(({ actual }) => actual > 0);
    return occurring.reduce((sum, { hits, actual }) => sum + hits / actual, 0) / occurring.length;
  },
});
