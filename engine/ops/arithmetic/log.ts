// Log: natural logarithm, elementwise (ONNX Log-13).
import { defineUnary } from '../defineUnary.js';

export const log = defineUnary({
  type: 'Log',
  since: 13,
  attributes: {},
  // d(log X) = dX / X
  gradient: ({ emit, X, dY }) => emit.div(dY, X),
  float: Math.log,
});
