// Round: the nearest integer, halves to even, elementwise (ONNX Round-11).
import { zeroGradient } from '../defineOp.js';
import { defineUnary } from '../defineUnary.js';

export const round = defineUnary({
  type: 'Round',
  since: 11,
  attributes: {},
  gradient: zeroGradient('piecewise constant'),
  float: (x) => {
    const floor = Math.floor(x);
    const rest = x - floor;
    if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
    return floor % 2 === 0 ? floor : floor + 1;
  },
});
