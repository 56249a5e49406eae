// Relu: max(X, 0), elementwise (ONNX Relu-14).
import type { Value } from '../../ir/graph.js';
import { defineUnary } from '../defineUnary.js';

export const relu = defineUnary({
  type: 'Relu',
  since: 14,
  attributes: {},
  // dX = dY where X > 0 (told by Y, so that X need not be kept), else 0.
  gradient: ({ emit, Y, dY }) => {
    // Times 3e38, every normal float32 above 0 is above 1: the mask in one node, where a comparison needs two.
    const steep = (): Value => emit.mul(dY, emit.node('HardSigmoid', [Y], { alpha: 3e38, beta: 0 }));
    return emit.choose('relu.gradient', String(Y.shape), {
      ...(Y.dtype === 'float32' && { steep }),
      step: () => emit.mul(dY, emit.node('Ceil', [emit.node('Clip', [Y, undefined, emit.scalar(1, Y)])])),
      where: () => emit.where(emit.greater(Y, 0), dY, 0),
    });
  },
  float: (x) => Math.max(x, 0),
  integer: (x) => (x > 0n ? x : 0n),
});
