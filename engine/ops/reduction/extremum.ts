// The gradient that ReduceMax and ReduceMin share.
import type { Value } from '../../ir/graph.js';
import type { ReductionParts } from './defineReduction.js';

/** dX = [X = Y]·dY / (number of ties): elements that tie share equally, as PyTorch's amax does. */
export function shareAmongTies({ emit, X, Y, dY, axes }: ReductionParts): Value {
  const chosen = emit.indicator(emit.equal(X, Y), X);
  return emit.mul(chosen, emit.div(dY, emit.reduceSum(chosen, axes, true)));
}
