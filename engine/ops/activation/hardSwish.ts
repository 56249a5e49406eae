// HardSwish: X·max(0, min(1, X/6 + 1/2)), elementwise (ONNX HardSwish-14).
import { defineUnary } from '../defineUnary.js';

export const hardSwish = defineUnary({
  type: 'HardSwish',
  since: 14,
  attributes: {},
  // dX = dY·(X/3 + 1/2) for −3 < X < 3, dY above, 0 below
  gradient: ({ emit, X, dY }) => {
    const inner = emit.add(emit.div(X, 3), 0.5);
    const below = emit.where(emit.less(X, 3), inner, 1);
    return emit.mul(dY, emit.where(emit.greater(X, -3), below, 0));
  },
  flops: 5,
});
