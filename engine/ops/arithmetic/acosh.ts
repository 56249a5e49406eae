// Acosh: inverse hyperbolic cosine, elementwise (ONNX Acosh-9).
import { defineUnary } from '../defineUnary.js';

export const acosh = defineUnary({
  type: 'Acosh',
  since: 9,
  attributes: {},
  // d(acosh X) = dX / (√(X − 1)·√(X + 1))
  gradient: ({ emit, X, dY }) => emit.div(dY, emit.mul(emit.sqrt(emit.sub(X, 1)), emit.sqrt(emit.add(X, 1)))),
  float: Math.acosh,
});
