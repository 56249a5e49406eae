// Sums a gradient over the axes along which its operand was broadcast.
import type { Value } from '../ir/graph.js';
import type { Emit } from '../ops/emit.js';
import { shapeOf } from '../ops/valueTypes.js';

/**
 * Reduces `gradient` to the shape of `operand`: leading axes that the operand lacks and axes where it
 * has size 1 are summed. A gradient of the operand's own shape is returned as it is.
 */
export function unbroadcast(emit: Emit, gradient: Value, operand: Value): Value {
  const from = shapeOf(gradient);
  const to = shapeOf(operand);
  const added = from.length - to.length;
  const summed = from.flatMap((dim, axis) => (axis < added || (to[axis - added] === 1 && dim !== 1) ? [axis] : []));
  if (summed.length === 0) return gradient;
  const leading = summed.filter((axis) => axis < added);
  if (leading.length === summed.length) return emit.reduceSum(gradient, summed, false);
  const reduced = emit.reduceSum(gradient, summed, true);
  return added === 0 ? reduced : emit.squeeze(reduced, leading);
}
