// The class that a prediction decides for, whether it gives one logit or one for each class.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { rankOf, shapeOf } from '../../ops/valueTypes.js';
import { classAxisOf, classCountOf, maskIgnored, matchTarget } from '../targets.js';

export interface Decision {
  /** int64 class indices of one shape [B, …]. */
  readonly predicted: Value;
  readonly truth: Value;
  /** 0 where the target is to be ignored; `undefined` where all count. */
  readonly counts: Value | undefined;
  readonly classes: number;
}

/** One logit an element (target of the prediction's rank, or a last axis of 1) rather than one a class. */
export function isBinary(prediction: Value, target: Value): boolean {
  return rankOf(target) >= rankOf(prediction) || shapeOf(prediction).at(-1) === 1;
}

/** Binary: yes where the logit is above that of `threshold`; otherwise the class with the largest logit, the first of equals. */
export function decide(
  emit: Emit,
  prediction: Value,
  target: Value,
  options: { readonly threshold?: number; readonly ignoreIndex?: number | undefined } = {},
): Decision {
  if (isBinary(prediction, target)) {
    const threshold = options.threshold ?? 0.5;
    const predicted = emit.greater(prediction, Math.log(threshold / (1 - threshold)));
    const truth = matchTarget(emit, target, prediction, 'Metric');
    return {
      predicted: emit.cast(predicted, 'int64'),
      truth: emit.cast(truth, 'int64'),
      counts: undefined,
      classes: 2,
    };
  }
  const axis = classAxisOf(prediction);
  const { index, counts } = maskIgnored(emit, target, options.ignoreIndex, prediction);
  return {
    predicted: emit.node('ArgMax', [prediction], { axis, keepdims: false }),
    truth: emit.cast(index, 'int64'),
    counts,
    classes: classCountOf(prediction, axis, 'Metric'),
  };
}
