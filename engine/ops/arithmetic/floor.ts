// Floor: the largest integer not above X, elementwise (ONNX Floor-13).
import { zeroGradient } from '../defineOp.js';
import { defineUnary } from '../defineUnary.js';

export const floor = defineUnary({
  type: 'Floor',
  since: 13,
  attributes: {},
  gradient: zeroGradient('piecewise constant'),
  float: Math.floor,
});
