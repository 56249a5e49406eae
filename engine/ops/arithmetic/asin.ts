// Asin: arc sine, elementwise (ONNX Asin-7).
import { defineUnary } from '../defineUnary.js';

export const asin = defineUnary({
  type: 'Asin',
  since: 7,
  attributes: {},
  // d(asin X) = dX / √(1 − X²)
  gradient: ({ emit, X, dY }) => emit.div(dY, emit.sqrt(emit.sub(1, emit.square(X)))),
  float: Math.asin,
});
