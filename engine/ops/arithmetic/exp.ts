// Exp: eˣ, elementwise (ONNX Exp-13).
import { defineUnary } from '../defineUnary.js';

export const exp = defineUnary({
  type: 'Exp',
  since: 13,
  attributes: {},
  // d(eˣ) = eˣ·dX
  gradient: ({ emit, Y, dY }) => emit.mul(dY, Y),
  float: Math.exp,
});
