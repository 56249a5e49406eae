// Celu: max(X, 0) + min(0, alpha·(e^(X/alpha) − 1)), elementwise (ONNX Celu-12).
import { float } from '../attributes.js';
import { defineUnary } from '../defineUnary.js';

export const celu = defineUnary({
  type: 'Celu',
  since: 12,
  attributes: { alpha: float(1) },
  // dX = dY where X > 0, else dY·e^(X/alpha)
  gradient: ({ emit, X, dY, attributes }) =>
    emit.where(emit.greater(X, 0), dY, emit.mul(dY, emit.exp(emit.div(emit.min(X, 0), attributes.alpha)))),
  flops: 4,
});
