// Exact areas under the ROC and the precision-recall curve, from all scores at once. Several classes: one against the rest
// on softmax probabilities, averaged evenly over the classes that occur.
import { defineMetric, type CollectedPredictions } from './defineMetric.js';

/** The weight of positives and negatives at each distinct score, from the highest score down. */
interface ScoreGroup {
  readonly positive: number;
  readonly negative: number;
}

function groupScores(scores: ArrayLike<number>, isPositive: (row: number) => boolean, weights: ArrayLike<number>) {
  const order = Array.from({ length: scores.length }, (_, row) => row).filter((row) => weights[row]! > 0);
  order.sort((a, b) => scores[b]! - scores[a]!);
  const groups: { positive: number; negative: number }[] = [];
  let last: number | undefined;
  for (const row of order) {
    if (scores[row] !== last) groups.push({ positive: 0, negative: 0 });
    last = scores[row];
    groups.at(-1)![isPositive(row) ? 'positive' : 'negative'] += weights[row]!;
  }
  return groups;
}

/** The probability that a positive scores above a negative, ties counting half (Mann & Whitney 1947); NaN of one class only. */
export function areaUnderRoc(groups: readonly ScoreGroup[]): number {
  let area = 0;
  let positives = 0;
  let negatives = 0;
  for (const { positive, negative } of groups) {
    area += negative * (positives + positive / 2);
    positives += positive;
    negatives += negative;
  }
  return area / (positives * negatives);
}

/** Σ (recallₙ − recallₙ₋₁)·precisionₙ over distinct scores, as scikit-learn; NaN without positives. */
export function averagePrecisionOf(groups: readonly ScoreGroup[]): number {
  let sum = 0;
  let hits = 0;
  let taken = 0;
  for (const { positive, negative } of groups) {
    hits += positive;
    taken += positive + negative;
    sum += positive * (hits / taken);
  }
  return sum / hits;
}

/** One column: a logit of class 1. Several: each class against the rest. */
function overClasses(collected: CollectedPredictions, area: (groups: readonly ScoreGroup[]) => number): number {
  const { predictions, columns, targets, weights } = collected;
  if (columns === 1) return area(groupScores(predictions, (row) => targets[row] === 1, weights));
  const probabilities = softmaxRows(predictions, columns);
  const areas = Array.from({ length: columns }, (_, column) => {
    const scores = Float64Array.from({ length: targets.length }, (_, row) => probabilities[row * columns + column]!);
    return area(groupScores(scores, (row) => targets[row] === column, weights));
  }).filter((value) => !Number.isNaN(value));
  return areas.reduce((sum, value) => sum + value, 0) / areas.length;
}

function softmaxRows(predictions: ArrayLike<number>, columns: number): Float64Array {
  const result = Float64Array.from(predictions);
  for (let start = 0; start < result.length; start += columns) {
    const row = result.subarray(start, start + columns);
    const highest = row.reduce((best, value) => Math.max(best, value), -Infinity);
    row.forEach((value, column) => (row[column] = Math.exp(value - highest)));
    const total = row.reduce((sum, value) => sum + value, 0);
    row.forEach((value, column) => (row[column] = value / total));
  }
  return result;
}

export const auc = defineMetric({
  type: 'auc',
  title: 'AUC',
  description: 'The area under the ROC curve: how surely a positive example scores above a negative one.',
  higherIsBetter: true,
  options: {},
  finishPredictions: (collected) => overClasses(collected, areaUnderRoc),
});

export const averagePrecision = defineMetric({
  type: 'averagePrecision',
  title: 'Average precision',
  description: 'The area under the precision-recall curve.',
  higherIsBetter: true,
  options: {},
  finishPredictions: (collected) => overClasses(collected, averagePrecisionOf),
});
