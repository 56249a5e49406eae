// Relu: max(X, 0), elementwise (ONNX Relu-14).
import { defineUnary } from '../defineUnary.js';

export const relu = defineUnary({
  type: 'Relu',
  since: 14,
  attributes: {},
  // dX = dY where X > 0 (told by Y, so that X need not be kept), else 0
  gradient: ({ emit, Y, dY }) => emit.where(emit.greater(Y, 0), dY, 0),
  float: (x) => Math.max(x, 0),
});
