// Selu: gamma·X where X > 0, else gamma·alpha·(eˣ − 1), elementwise (ONNX Selu-6).
import { float } from '../attributes.js';
import { defineUnary } from '../defineUnary.js';

export const selu = defineUnary({
  type: 'Selu',
  since: 6,
  attributes: { alpha: float(1.6732631921768188), gamma: float(1.0507010221481323) },
  // dX = gamma·dY where X > 0, else dY·gamma·alpha·eˣ
  gradient: ({ emit, X, dY, attributes: { alpha, gamma } }) => {
    const below = emit.mul(emit.exp(emit.min(X, 0)), alpha * gamma);
    return emit.mul(dY, emit.where(emit.greater(X, 0), gamma, below));
  },
  flops: 4,
});
