// Hardmax: 1 at the first maximum along an axis, else 0 (ONNX Hardmax-13).
import { int } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import { checkedAxis, likeX } from '../inference.js';

export const hardmax = defineOp({
  type: 'Hardmax',
  since: 13,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { axis: int(-1) },
  infer: (context) => {
    checkedAxis(context.attributes.axis, context.X.shape.length, context.fail);
    return likeX(context);
  },
  gradient: zeroGradient('piecewise constant'),
});
