// Sigmoid: 1 / (1 + e^(−X)), elementwise (ONNX Sigmoid-13).
import { defineUnary } from '../defineUnary.js';

export const sigmoid = defineUnary({
  type: 'Sigmoid',
  since: 13,
  attributes: {},
  // dX = dY·Y·(1 − Y)
  gradient: ({ emit, Y, dY }) => emit.mul(dY, emit.mul(Y, emit.sub(1, Y))),
  flops: 4,
});
