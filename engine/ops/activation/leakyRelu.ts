// LeakyRelu: X where X ≥ 0, else alpha·X, elementwise (ONNX LeakyRelu-16).
import { float } from '../attributes.js';
import { defineUnary } from '../defineUnary.js';

export const leakyRelu = defineUnary({
  type: 'LeakyRelu',
  since: 16,
  attributes: { alpha: float(0.01) },
  // dX = dY where X > 0, else alpha·dY
  gradient: ({ emit, X, dY, attributes }) => emit.where(emit.greater(X, 0), dY, emit.mul(dY, attributes.alpha)),
  float: (x, { alpha }) => (x < 0 ? alpha * x : x),
});
