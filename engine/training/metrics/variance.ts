// R² and explained variance, from moments that are centred in every batch and joined by Chan's rule (Chan, Golub & LeVeque
// 1979), so that a target far from zero loses no precision. Several outputs are averaged evenly.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { countOf, rankOf, staticShapeOf } from '../../ops/valueTypes.js';
import { matchTarget } from '../targets.js';
import { defineMetric, type MetricContext } from './defineMetric.js';

/** Rows [1, D]: Σ w, the weighted mean of x [B, D], and Σ w·(x − mean)². */
function moments(emit: Emit, x: Value, weights: Value): readonly [Value, Value] {
  const total = emit.max(emit.reduceSum(weights, [0], true), 1e-30);
  const mean = emit.div(emit.reduceSum(emit.mul(x, weights), [0], true), total);
  const spread = emit.square(emit.sub(x, mean));
  return [mean, emit.reduceSum(emit.mul(spread, weights), [0], true)];
}

/** Rows of sums, [5, D]: Σ w; mean and centred square of the target; mean and centred square of the error. */
function varianceSums({ emit, prediction, target, weight }: MetricContext<unknown>): Value {
  const matched = matchTarget(emit, target, prediction, 'Metric');
  const batch = staticShapeOf(prediction)[0]!;
  const width = countOf(prediction) / batch;
  const [truth, predicted] = [matched, prediction].map((value) => emit.reshape(value, [batch, width]));
  const weights = rankOf(weight) === 1 ? emit.unsqueeze(weight, [1]) : weight;
  const total = emit.expand(emit.reduceSum(weights, [0], true), [1, width]);
  const error = emit.sub(truth!, predicted!);
  return emit.concat([total, ...moments(emit, truth!, weights), ...moments(emit, error, weights)], 0);
}

const rows = 5;

/** With δ the difference of means: mean += δ·n′ / (n + n′), M += M′ + δ²·n·n′ / (n + n′). */
function joinMoments(total: Float64Array, batch: ArrayLike<number>): void {
  const width = total.length / rows;
  for (let column = 0; column < width; column++) {
    const before = total[column]!;
    const added = batch[column]!;
    if (added === 0) continue;
    for (const row of [1, 3]) {
      const mean = row * width + column;
      const square = mean + width;
      const delta = batch[mean]! - total[mean]!;
      total[mean]! += (delta * added) / (before + added);
      total[square]! += batch[square]! + (delta * delta * before * added) / (before + added);
    }
    total[column] = before + added;
  }
}

/** 1 − residual / Σ w·(y − ȳ)², averaged over outputs; for a constant target 1 where the residual is 0 and 0 elsewhere. */
function shareExplained(sums: ArrayLike<number>, residual: (column: number, width: number) => number): number {
  const width = sums.length / rows;
  let total = 0;
  for (let column = 0; column < width; column++) {
    const left = residual(column, width);
    const spread = sums[2 * width + column]!;
    total += spread === 0 ? (left === 0 ? 1 : 0) : 1 - left / spread;
  }
  return total / width;
}

/** 1 − Σ w·(y − p)² / Σ w·(y − ȳ)². */
export const r2 = defineMetric({
  type: 'r2',
  title: 'R²',
  description: 'The share of the variance that the predictions account for; 1 is perfect, 0 no better than the mean.',
  higherIsBetter: true,
  options: {},
  update: varianceSums,
  combine: joinMoments,
  finish: (sums) =>
    shareExplained(sums, (column, width) => sums[4 * width + column]! + sums[column]! * sums[3 * width + column]! ** 2),
});

/** 1 − Var(y − p) / Var(y): R² that forgives a constant error. */
export const explainedVariance = defineMetric({
  type: 'explainedVariance',
  title: 'Explained variance',
  description: 'Like R², but a constant error costs nothing.',
  higherIsBetter: true,
  options: {},
  update: varianceSums,
  combine: joinMoments,
  finish: (sums) => shareExplained(sums, (column, width) => sums[4 * width + column]!),
});
