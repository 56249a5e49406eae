// Reciprocal: 1/X, elementwise (ONNX Reciprocal-13).
import { defineUnary } from '../defineUnary.js';

export const reciprocal = defineUnary({
  type: 'Reciprocal',
  since: 13,
  attributes: {},
  // d(1/X) = −dX / X²
  gradient: ({ emit, Y, dY }) => emit.neg(emit.mul(dY, emit.square(Y))),
  float: (x) => 1 / x,
});
