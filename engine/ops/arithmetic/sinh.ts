// Sinh: hyperbolic sine, elementwise (ONNX Sinh-9).
import { defineUnary } from '../defineUnary.js';

export const sinh = defineUnary({
  type: 'Sinh',
  since: 9,
  attributes: {},
  // d(sinh X) = cosh X·dX
  gradient: ({ emit, X, dY }) => emit.mul(dY, emit.node('Cosh', [X])),
  float: Math.sinh,
});
