// Neg: −X, elementwise (ONNX Neg-13).
import { defineUnary } from '../defineUnary.js';

export const neg = defineUnary({
  type: 'Neg',
  since: 13,
  attributes: {},
  // d(−X) = −dX
  gradient: ({ emit, dY }) => emit.neg(dY),
  float: (x) => -x,
  integer: (x) => -x,
});
