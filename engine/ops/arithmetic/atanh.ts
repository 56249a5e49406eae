// Atanh: inverse hyperbolic tangent, elementwise (ONNX Atanh-9).
import { defineUnary } from '../defineUnary.js';

export const atanh = defineUnary({
  type: 'Atanh',
  since: 9,
  attributes: {},
  // d(atanh X) = dX / (1 − X²)
  gradient: ({ emit, X, dY }) => emit.div(dY, emit.sub(1, emit.square(X))),
  float: Math.atanh,
});
