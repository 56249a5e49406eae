// Sums a gradient down to a factor or offset of the last axes.
import type { Value } from '../../ir/graph.js';
import { isStatic, sizeOf } from '../../ir/shape.js';
import type { Emit } from '../emit.js';
import { shapeOf } from '../valueTypes.js';
import { columnSums } from '../linear/columnSums.js';

/** Sums the leading axes of `x` where `like` has just the last ones (on all threads); else leaves `x` to the walker. */
export function lastAxesSum(emit: Emit, x: Value, like: Value): Value {
  const [from, to] = [shapeOf(x), shapeOf(like)];
  if (!isStatic(from) || !isStatic(to) || to.length >= from.length) return x;
  if (to.some((dim, axis) => dim !== from[axis + from.length - to.length])) return x;
  const columns = sizeOf(to);
  return emit.reshape(columnSums(emit, emit.reshape(x, [sizeOf(from) / columns, columns]), 1), to);
}
