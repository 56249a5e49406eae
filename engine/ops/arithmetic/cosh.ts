// Cosh: hyperbolic cosine, elementwise (ONNX Cosh-9).
import { defineUnary } from '../defineUnary.js';

export const cosh = defineUnary({
  type: 'Cosh',
  since: 9,
  attributes: {},
  // d(cosh X) = sinh X·dX
  gradient: ({ emit, X, dY }) => emit.mul(dY, emit.node('Sinh', [X])),
  float: Math.cosh,
});
