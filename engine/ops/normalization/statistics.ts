// Mean and spread over axes, and the gradient through a normalisation by them.
import type { Value } from '../../ir/graph.js';
import { sizeOf } from '../../ir/shape.js';
import type { Emit } from '../emit.js';
import { staticShapeOf } from '../valueTypes.js';

export interface Standardized {
  /** x − mean. */
  readonly centred: Value;
  /** 1 / √(variance + epsilon), broadcast against x. */
  readonly inverse: Value;
  /** (x − mean) / √(variance + epsilon). */
  readonly unit: Value;
}

/** The parts of a standardisation over `axes`, from known statistics where the forward pass gave them. */
export function standardized(
  emit: Emit,
  x: Value,
  axes: readonly number[],
  epsilon: number,
  known: { readonly mean?: Value | undefined; readonly inverse?: Value | undefined } = {},
): Standardized {
  const centred = emit.sub(x, known.mean ?? emit.reduceMean(x, axes, true));
  const inverse = known.inverse ?? inverseDeviation(emit, emit.reduceMean(emit.square(centred), axes, true), epsilon);
  return { centred, inverse, unit: emit.mul(centred, inverse) };
}

/** 1 / √(variance + epsilon). */
export function inverseDeviation(emit: Emit, variance: Value, epsilon: number): Value {
  return emit.reciprocal(emit.sqrt(emit.add(variance, epsilon)));
}

/** dx = inverse · (du − mean(du) − unit·mean(du·unit)), du being the gradient of `unit`. */
export function standardizedGradient(
  emit: Emit,
  { inverse, unit }: Standardized,
  du: Value,
  axes: readonly number[],
): Value {
  const along = emit.reduceMean(emit.mul(du, unit), axes, true);
  const offset = emit.sub(du, emit.reduceMean(du, axes, true));
  return emit.mul(emit.sub(offset, emit.mul(unit, along)), inverse);
}

/** A vector of one number a channel, shaped to broadcast against [N, C, …]. */
export function perChannel(emit: Emit, vector: Value, rank: number): Value {
  return rank <= 2 ? vector : emit.reshape(vector, [-1, ...new Array<number>(rank - 2).fill(1)]);
}

/** All axes of [N, C, …] but the channels. */
export function aroundChannels(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1);
}

/** Elements that one statistic over `axes` is taken of. */
export function sampleSize(x: Value, axes: readonly number[]): number {
  const shape = staticShapeOf(x);
  return sizeOf(axes.map((axis) => shape[axis]!));
}
