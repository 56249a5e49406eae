// Sqrt: square root, elementwise (ONNX Sqrt-13). Its slope at 0 is infinite.
import { defineUnary } from '../defineUnary.js';

export const sqrt = defineUnary({
  type: 'Sqrt',
  since: 13,
  attributes: {},
  // d√X = dX / (2√X)
  gradient: ({ emit, Y, dY }) => emit.div(emit.mul(dY, 0.5), Y),
  float: Math.sqrt,
});
