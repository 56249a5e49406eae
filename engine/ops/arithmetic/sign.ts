// Sign: −1, 0 or 1 by the sign of X, elementwise (ONNX Sign-13).
import { zeroGradient } from '../defineOp.js';
import { defineUnary } from '../defineUnary.js';

export const sign = defineUnary({
  type: 'Sign',
  since: 13,
  attributes: {},
  gradient: zeroGradient('piecewise constant'),
  float: Math.sign,
  integer: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
});
