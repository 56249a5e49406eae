// A stable log-sum-exp in operators that stay on the GPU.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';

/**
 * `shifted` = z − ⌊max z⌋ and `logSum` = log Σ exp(shifted), kept with size 1 along `axis`: log Σ exp z = logSum + ⌊max z⌋.
 * Shifting by the floor of the maximum is as stable as by the maximum (no term passes e), and the floor's derivative is
 * zero, so that the gradient has no branch through the maximum.
 */
export function logSumExp(emit: Emit, z: Value, axis: number): { readonly shifted: Value; readonly logSum: Value } {
  const shift = emit.node('Floor', [emit.reduceMax(z, [axis], true)]);
  const shifted = emit.sub(z, shift);
  return { shifted, logSum: emit.log(emit.reduceSum(emit.exp(shifted), [axis], true)) };
}

/** log softmax along `axis`. */
export function logSoftmax(emit: Emit, z: Value, axis: number): Value {
  const { shifted, logSum } = logSumExp(emit, z, axis);
  return emit.sub(shifted, logSum);
}
