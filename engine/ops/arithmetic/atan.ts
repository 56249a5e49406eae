// Atan: arc tangent, elementwise (ONNX Atan-7).
import { defineUnary } from '../defineUnary.js';

export const atan = defineUnary({
  type: 'Atan',
  since: 7,
  attributes: {},
  // d(atan X) = dX / (1 + X²)
  gradient: ({ emit, X, dY }) => emit.div(dY, emit.add(emit.square(X), 1)),
  float: Math.atan,
});
