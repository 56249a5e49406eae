// PRelu: X where X ≥ 0, else slope·X; the slope broadcasts to X (ONNX PRelu-16).
import { broadcastShapes, formatShape } from '../../ir/shape.js';
import { defineOp } from '../defineOp.js';

export const pRelu = defineOp({
  type: 'PRelu',
  since: 16,
  inputs: ['X', 'slope'],
  outputs: ['Y'],
  attributes: {},
  infer({ X, slope, fail }) {
    if (broadcastShapes(X.shape, slope.shape)?.length !== X.shape.length)
      fail('slope', `slope ${formatShape(slope.shape)} must broadcast to X ${formatShape(X.shape)}`);
    return [{ dtype: X.dtype, shape: X.shape }];
  },
  // dX = dY where X > 0, else slope·dY; dslope = X·dY where X < 0
  gradient: {
    X: ({ emit, X, slope, dY }) => emit.where(emit.greater(X, 0), dY, emit.mul(dY, slope)),
    slope: ({ emit, X, dY }) => emit.mul(dY, emit.min(X, 0)),
  },
});
