// Tanh: hyperbolic tangent, elementwise (ONNX Tanh-13).
import { defineUnary } from '../defineUnary.js';

export const tanh = defineUnary({
  type: 'Tanh',
  since: 13,
  attributes: {},
  // dX = dY·(1 − Y²)
  gradient: ({ emit, Y, dY }) => emit.mul(dY, emit.sub(1, emit.square(Y))),
  float: Math.tanh,
  flops: 4,
});
