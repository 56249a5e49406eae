// ReduceProd: the product over axes (ONNX ReduceProd-18).
import type { Value } from '../../ir/graph.js';
import { defineReduction, type ReductionParts } from './defineReduction.js';

export const reduceProd = defineReduction({
  type: 'ReduceProd',
  since: 18,
  gradient: othersTimes,
  fold: (values) => values.reduce((product, value) => product * value, 1),
});

/**
 * dX_i = dY·∏_{j≠i} X_j. Dividing Y by X_i would fail at zeros, so P is the product with zeros taken
 * as 1: without a zero the gradient is P / X_i; one zero alone receives P; all else is 0.
 */
function othersTimes({ emit, X, dY, axes }: ReductionParts): Value {
  const isZero = emit.equal(X, 0);
  const nonZero = emit.where(isZero, 1, X);
  const product = emit.node('ReduceProd', [nonZero, emit.ints(axes)], { keepdims: true, noop_with_empty_axes: true });
  const zeros = emit.reduceSum(emit.indicator(isZero, X), axes, true);
  const without = emit.div(emit.mul(product, emit.indicator(emit.equal(zeros, 0), X)), nonZero);
  const atZero = emit.mul(product, emit.indicator(emit.equal(zeros, 1), X));
  return emit.mul(emit.where(isZero, atZero, without), dY);
}
