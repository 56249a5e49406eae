// Metrics that are a weighted mean: sums [Σ w·x, Σ w].
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { rankOf, shapeOf } from '../../ops/valueTypes.js';
import { alignWeights } from '../targets.js';

/** [Σ w·x, Σ w] of numbers x [B, …] and example weights w [B]; `counts`, of x's shape, weighs single elements. */
export function weightedSums(emit: Emit, x: Value, weight: Value, counts?: Value): Value {
  const weights = elementWeights(emit, x, weight, counts);
  const sums = [emit.mul(x, weights), weights].map((terms) => emit.reshape(emit.reduceSum(terms), [1]));
  return emit.concat(sums, 0);
}

/** The example weights in the shape of `like`, times `counts`. */
export function elementWeights(emit: Emit, like: Value, weight: Value, counts?: Value): Value {
  const aligned = alignWeights(emit, weight, rankOf(like));
  if (counts) return emit.mul(counts, aligned);
  const single = shapeOf(like).every((dim, axis) => axis === 0 || dim === 1);
  return single ? aligned : emit.mul(emit.fullLike(like, 1), aligned);
}

/** Σ w·x / Σ w; NaN of nothing. */
export function meanOf(sums: ArrayLike<number>): number {
  return sums[0]! / sums[1]!;
}
