// Erf: the error function 2/√π · ∫₀ˣ e^(−t²) dt, elementwise (ONNX Erf-13).
import { defineUnary } from '../defineUnary.js';

export const erf = defineUnary({
  type: 'Erf',
  since: 13,
  attributes: {},
  // d(erf X) = 2/√π · e^(−X²)·dX
  gradient: ({ emit, X, dY }) => emit.mul(dY, emit.mul(emit.exp(emit.neg(emit.square(X))), 2 / Math.sqrt(Math.PI))),
});
