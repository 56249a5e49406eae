// Cos: cosine, elementwise (ONNX Cos-7).
import { defineUnary } from '../defineUnary.js';

export const cos = defineUnary({
  type: 'Cos',
  since: 7,
  attributes: {},
  // d(cos X) = −sin X·dX
  gradient: ({ emit, X, dY }) => emit.neg(emit.mul(dY, emit.sin(X))),
  float: Math.cos,
});
