// Ceil: the smallest integer not below X, elementwise (ONNX Ceil-13).
import { zeroGradient } from '../defineOp.js';
import { defineUnary } from '../defineUnary.js';

export const ceil = defineUnary({
  type: 'Ceil',
  since: 13,
  attributes: {},
  gradient: zeroGradient('piecewise constant'),
  float: Math.ceil,
});
