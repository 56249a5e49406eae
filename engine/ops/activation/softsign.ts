// Softsign: X / (1 + |X|), elementwise (ONNX Softsign-1).
import { defineUnary } from '../defineUnary.js';

export const softsign = defineUnary({
  type: 'Softsign',
  since: 1,
  attributes: {},
  // dX = dY / (1 + |X|)²
  gradient: ({ emit, X, dY }) => emit.div(dY, emit.square(emit.add(emit.abs(X), 1))),
  float: (x) => x / (1 + Math.abs(x)),
  flops: 3,
});
