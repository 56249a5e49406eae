// LogSoftmax: the logarithm of Softmax, without its underflow (ONNX LogSoftmax-13).
import { int } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { checkedAxis, knownSize, likeX } from '../inference.js';

export const logSoftmax = defineOp({
  type: 'LogSoftmax',
  since: 13,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { axis: int(-1) },
  infer: (context) => {
    checkedAxis(context.attributes.axis, context.X.shape.length, context.fail);
    return likeX(context);
  },
  // dX = dY − exp(Y)·Σ_axis dY
  gradient: {
    X: ({ emit, Y, dY, attributes: { axis } }) => emit.sub(dY, emit.mul(emit.exp(Y), emit.reduceSum(dY, [axis], true))),
  },
  flops: (node) => 6 * knownSize(node.outputs[0]?.shape),
});
