// Abs: |X|, elementwise (ONNX Abs-13).
import { defineUnary } from '../defineUnary.js';

export const abs = defineUnary({
  type: 'Abs',
  since: 13,
  attributes: {},
  // d|X| = sign(X)·dX, with sign(0) = 0
  gradient: ({ emit, X, dY }) => emit.mul(dY, emit.sign(X)),
  float: Math.abs,
  integer: (x) => (x < 0n ? -x : x),
});
