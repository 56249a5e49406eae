// The shape rule that pools share.
import { formatShape, type Shape } from '../../ir/shape.js';
import type { AttributeValues } from '../attributes.js';
import { flag, ints, requiredInts } from '../attributes.js';
import type { KnownInput } from '../defineOp.js';
import { windowAttributes, windowedDims, windowsOf } from './windowGeometry.js';

export const poolAttributes = {
  ...windowAttributes,
  kernel_shape: requiredInts(),
  dilations: ints(),
  ceil_mode: flag(false),
};

type Fail = (port: string, sentence: string) => never;

/** Batch and channels stay, space is windowed. */
export function pooledShape(X: KnownInput, values: AttributeValues<typeof poolAttributes>, fail: Fail): Shape {
  if (X.shape.length < 3) fail('X', `rank must be at least 3 (batch, channels, space), got ${formatShape(X.shape)}`);
  const space = X.shape.slice(2);
  if (values.kernel_shape.length !== space.length)
    fail(
      'kernel_shape',
      `must have one number a spatial axis, ${space.length} in all, got [${values.kernel_shape.join(', ')}]`,
    );
  const windows = windowsOf(values.kernel_shape, values, fail);
  return [X.shape[0]!, X.shape[1]!, ...windowedDims(space, windows, values, fail)];
}

/** Batch and channels stay, every spatial axis becomes 1. */
export function globallyPooledShape(X: KnownInput, fail: Fail): Shape {
  if (X.shape.length < 3) fail('X', `rank must be at least 3 (batch, channels, space), got ${formatShape(X.shape)}`);
  return X.shape.map((dim, axis) => (axis < 2 ? dim : 1));
}
