// What losses and metrics are given: predictions, targets and per-example weights, and the shapes they share.
import { EngineError } from '../ir/diagnostic.js';
import type { Value } from '../ir/graph.js';
import type { Emit } from '../ops/emit.js';
import { dtypeOf, rankOf, shapeOf } from '../ops/valueTypes.js';

/**
 * What the target must be. `classIndex`: whole numbers (int32 or int64) in the prediction's shape without its class axis; of
 * losses that take mixed targets as distributions also float32 of the prediction's shape, adding up to 1 along that axis.
 * `sameAsPrediction`: float32 of the prediction's shape. `binary`: 0 or 1, float32 or whole, in the prediction's shape or
 * without its last axis of 1. `none`: the loss reads the prediction alone.
 */
export type TargetKind = 'classIndex' | 'sameAsPrediction' | 'binary' | 'none';

/** Whether a class target is a distribution over the classes rather than an index. */
export function isDistribution(target: Value, prediction: Value): boolean {
  return dtypeOf(target) === 'float32' && rankOf(target) === rankOf(prediction);
}

/** The class axis from the front: the last one, or axis 1 for pictures as [batch, classes, height, width]. */
export function classAxisOf(prediction: Value, classAxis: 'last' | 'channels' = 'last'): number {
  return classAxis === 'last' ? rankOf(prediction) - 1 : 1;
}

/** The size of the class axis, which must be known. */
export function classCountOf(prediction: Value, axis: number, subject: string): number {
  const count = shapeOf(prediction)[axis];
  if (typeof count !== 'number')
    throw new EngineError('loss.classes', `${subject}: the number of classes must be known, got a symbolic dimension`);
  return count;
}

/** The target in the shape and type of the prediction: [B] against [B, 1] gains its axis, whole numbers become floats. */
export function matchTarget(emit: Emit, target: Value, prediction: Value, subject: string): Value {
  const numbers = emit.cast(target, dtypeOf(prediction));
  if (rankOf(target) === rankOf(prediction)) return numbers;
  if (rankOf(target) === rankOf(prediction) - 1 && shapeOf(prediction).at(-1) === 1)
    return emit.unsqueeze(numbers, [rankOf(prediction) - 1]);
  throw new EngineError(
    'loss.target',
    `${subject}: the target must have the prediction's rank ${rankOf(prediction)}, got ${rankOf(target)}`,
  );
}

/** 1 where a class index counts and 0 where it is `ignored`, and the index with ignored ones replaced by 0. */
export function maskIgnored(
  emit: Emit,
  target: Value,
  ignored: number | undefined,
  like: Value,
): { readonly index: Value; readonly counts: Value | undefined } {
  if (ignored === undefined) return { index: target, counts: undefined };
  const skipped = emit.equal(target, ignored);
  return { index: emit.where(skipped, 0, target), counts: emit.indicator(emit.not(skipped), like) };
}

/** A vector of per-example weights [B] with trailing axes of 1, to broadcast against `rank` axes. */
export function alignWeights(emit: Emit, weights: Value, rank: number): Value {
  const axes = Array.from({ length: rank - rankOf(weights) }, (_, index) => rankOf(weights) + index);
  return emit.unsqueeze(weights, axes);
}
