// Acos: arc cosine, elementwise (ONNX Acos-7).
import { defineUnary } from '../defineUnary.js';

export const acos = defineUnary({
  type: 'Acos',
  since: 7,
  attributes: {},
  // d(acos X) = −dX / √(1 − X²)
  gradient: ({ emit, X, dY }) => emit.neg(emit.div(dY, emit.sqrt(emit.sub(1, emit.square(X))))),
  float: Math.acos,
});
