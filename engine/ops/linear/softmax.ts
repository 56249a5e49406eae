// Softmax: exponentials normalised to sum 1 along an axis (ONNX Softmax-13).
import { int } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { checkedAxis, knownSize, likeX } from '../inference.js';

export const softmax = defineOp({
  type: 'Softmax',
  since: 13,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { axis: int(-1) },
  infer: (context) => {
    checkedAxis(context.attributes.axis, context.X.shape.length, context.fail);
    return likeX(context);
  },
  // dX = Y·(dY − Σ_axis dY·Y)
  gradient: {
    X: ({ emit, Y, dY, attributes: { axis } }) =>
      emit.mul(Y, emit.sub(dY, emit.reduceSum(emit.mul(dY, Y), [axis], true))),
  },
  flops: (node) => 5 * knownSize(node.outputs[0]?.shape),
});
