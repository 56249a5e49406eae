// Asinh: inverse hyperbolic sine, elementwise (ONNX Asinh-9).
import { defineUnary } from '../defineUnary.js';

export const asinh = defineUnary({
  type: 'Asinh',
  since: 9,
  attributes: {},
  // d(asinh X) = dX / √(X² + 1)
  gradient: ({ emit, X, dY }) => emit.div(dY, emit.sqrt(emit.add(emit.square(X), 1))),
  float: Math.asinh,
});
