// Batch statistics from primitives, and the helpers that the norms share.
import type { Value } from '../../ir/graph.js';
import { sizeOf } from '../../ir/shape.js';
import type { Emit } from '../../ops/emit.js';
import { shapeOf, staticShapeOf } from '../../ops/valueTypes.js';
import { oneInitializer, zeroInitializer } from '../initialization.js';
import { decimal, flag } from '../options.js';
import type { LoweringScope } from '../scope.js';

export const epsilonOption = (fallback = 1e-5) =>
  decimal({ label: 'Epsilon', fallback, min: 0, max: 1, description: 'Added to the variance.' });

export const affineOption = flag({ label: 'Learned scale and offset', fallback: true });

export interface Statistics {
  /** x less its mean. */
  readonly centred: Value;
  readonly mean: Value;
  /** Biased: divided by the count. Mean and variance keep the reduced axes, of size 1. */
  readonly variance: Value;
  readonly count: number;
}

/** Mean and variance over `axes` of a statically shaped x, two passes: no cancellation of large means. */
export function emitStatistics(emit: Emit, x: Value, axes: readonly number[]): Statistics {
  const shape = staticShapeOf(x);
  const count = sizeOf(axes.map((axis) => shape[axis]!));
  const mean = emit.reduceMean(x, axes, true);
  const centred = emit.sub(x, mean);
  const variance = emit.reduceMean(emit.square(centred), axes, true);
  return { centred, mean, variance, count };
}

/** `weight` (ones) and `bias` (zeros) of the given shape, or nothing. */
export function affineParameters(
  scope: LoweringScope,
  shape: readonly number[],
  affine: boolean,
): { readonly weight: Value; readonly bias: Value } | undefined {
  if (!affine) return undefined;
  return {
    weight: scope.parameter('weight', { shape, initializer: oneInitializer, decay: false }),
    bias: scope.parameter('bias', { shape, initializer: zeroInitializer, decay: false }),
  };
}

/** A vector of channels shaped to broadcast over axis 1 of x: [1, channels, 1, …]. */
export function alongChannels(emit: Emit, vector: Value, x: Value): Value {
  const shape = shapeOf(x).map((_, axis) => (axis === 1 ? -1 : 1));
  return emit.reshape(
    vector,
    shape.map((dim) => (dim === -1 ? (shapeOf(vector)[0] as number) : dim)),
  );
}

/** Channels (axis 1) of every axis but 1. */
export function axesBut(x: Value, kept: readonly number[]): number[] {
  return shapeOf(x).flatMap((_, axis) => (kept.includes(axis) ? [] : [axis]));
}
