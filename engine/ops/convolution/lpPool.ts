// LpPool: the p-norm of each window (ONNX LpPool-18).
import type { Value } from '../../ir/graph.js';
import { int } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { staticShapeOf } from '../valueTypes.js';
import { poolAttributes, pooledShape } from './poolInference.js';
import { spreadWindows } from './spreadWindows.js';
import { geometryOf, unexpected, windowsOf } from './windowGeometry.js';

export const lpPool = defineOp({
  type: 'LpPool',
  since: 18,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { ...poolAttributes, p: int(2) },
  infer: ({ X, attributes, fail }) => [{ dtype: X.dtype, shape: pooledShape(X, attributes, fail) }],
  // Y = (Σ |x|^p)^(1/p); dX = sign(x)·|x|^(p−1) · Σ_windows dY·Y^(1−p)
  gradient: {
    X: ({ emit, X, Y, dY, attributes: values }) => {
      const windows = windowsOf(values.kernel_shape, values, unexpected);
      const geometry = geometryOf(windows, values, staticShapeOf(X).slice(2));
      const share = normShare(emit, Y, dY, values.p);
      return normSlope(emit, X, spreadWindows(emit, geometry, share), values.p);
    },
  },
});

/** dY·Y^(1−p), and 0 where the norm is 0. */
export function normShare(emit: Emit, y: Value, dY: Value, p: number): Value {
  if (p === 1) return dY;
  const safe = emit.where(emit.greater(y, 0), y, 1);
  const share = emit.div(dY, p === 2 ? safe : emit.pow(safe, p - 1));
  return emit.where(emit.greater(y, 0), share, 0);
}

/** share · sign(x)·|x|^(p−1). */
export function normSlope(emit: Emit, x: Value, share: Value, p: number): Value {
  if (p === 2) return emit.mul(share, x);
  const sign = emit.sub(emit.indicator(emit.greater(x, 0), x), emit.indicator(emit.less(x, 0), x));
  if (p === 1) return emit.mul(share, sign);
  return emit.mul(share, emit.mul(sign, emit.pow(emit.abs(x), p - 1)));
}
