// Not: logical negation, elementwise (ONNX Not-1).
import { zeroGradient } from '../defineOp.js';
import { defineUnary } from '../defineUnary.js';

export const not = defineUnary({
  type: 'Not',
  since: 1,
  attributes: {},
  gradient: zeroGradient('a truth value'),
  integer: (x) => (x === 0n ? 1n : 0n),
});
