// The gradient of 2 × 2 max-pooling, one axis after the other: columns first, then rows, so that ties
// go to the first maximum in row-major order.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../emit.js';
import { staticShapeOf } from '../valueTypes.js';
import type { MaxPooling } from './maxPoolGradient.js';

/** Split, compare, and interleave again: no index tensors and no upsampling. */
export function halvingGradient(emit: Emit, { x, dY }: MaxPooling): Value {
  const [batch, channels, height, width] = staticShapeOf(x) as [number, number, number, number];
  const planes = batch * channels;
  const [half, low] = [width / 2, height / 2];
  const columns = emit
    .split(emit.reshape(x, [planes * height * half, 2]), [1, 1], 1)
    .map((column) => emit.reshape(column, [planes * low, 2, half])) as [Value, Value];
  const [left, right] = columns;
  const [top, bottom] = emit.split(emit.max(left, right), [1, 1], 1) as [Value, Value];

  const arriving = emit.reshape(dY, [planes * low, 1, half]);
  const toTop = emit.mul(arriving, emit.indicator(emit.greaterOrEqual(top, bottom), arriving));
  const rows = emit.concat([toTop, emit.sub(arriving, toTop)], 1);
  const toLeft = emit.mul(rows, emit.indicator(emit.greaterOrEqual(left, right), rows));
  const pairs = [toLeft, emit.sub(rows, toLeft)].map((part) => emit.reshape(part, [-1, 1]));
  return emit.reshape(emit.concat(pairs, 1), [batch, channels, height, width]);
}
