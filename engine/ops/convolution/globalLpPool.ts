// GlobalLpPool: the p-norm over all of space (ONNX GlobalLpPool-2).
import { int } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { normShare, normSlope } from './lpPool.js';
import { globallyPooledShape } from './poolInference.js';

export const globalLpPool = defineOp({
  type: 'GlobalLpPool',
  since: 2,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { p: int(2) },
  infer: ({ X, fail }) => [{ dtype: X.dtype, shape: globallyPooledShape(X, fail) }],
  // Y = (Σ |x|^p)^(1/p); dX = sign(x)·|x|^(p−1)·dY·Y^(1−p)
  gradient: {
    X: ({ emit, X, Y, dY, attributes: { p } }) => normSlope(emit, X, normShare(emit, Y, dY, p), p),
  },
});
