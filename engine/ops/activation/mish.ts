// Mish: X·tanh(softplus(X)), elementwise (ONNX Mish-18).
import { defineUnary } from '../defineUnary.js';

export const mish = defineUnary({
  type: 'Mish',
  since: 18,
  attributes: {},
  // With t = tanh(softplus(X)): dX = dY·(t + X·(1 − t²)·sigmoid(X))
  gradient: ({ emit, X, dY }) => {
    const t = emit.tanh(emit.node('Softplus', [X]));
    const bend = emit.mul(emit.mul(X, emit.sub(1, emit.square(t))), emit.sigmoid(X));
    return emit.mul(dY, emit.add(t, bend));
  },
  flops: 8,
});
