// Sums over everything but the channels.
import type { Value } from '../../ir/graph.js';
import { isStatic, sizeOf } from '../../ir/shape.js';
import type { Emit } from '../emit.js';
import { shapeOf } from '../valueTypes.js';
import { aroundChannels } from './statistics.js';

/** x [N, C, …] → [C]; in two stages where there is space, because contiguous axes are summed on all threads. */
export function channelSums(emit: Emit, x: Value): Value {
  const shape = shapeOf(x);
  const plain = (): Value => emit.reduceSum(x, aroundChannels(shape.length));
  if (!isStatic(shape) || shape.length < 3) return plain();
  const [batch, channels, ...space] = shape as readonly [number, number, ...number[]];
  const staged = (): Value =>
    emit.reduceSum(emit.reduceSum(emit.reshape(x, [batch, channels, sizeOf(space)]), [2]), [0]);
  return emit.choose('channelSums', shape.join('x'), { staged, plain });
}
