// Elu: X where X ≥ 0, else alpha·(eˣ − 1), elementwise (ONNX Elu-6).
import { float } from '../attributes.js';
import { defineUnary } from '../defineUnary.js';

export const elu = defineUnary({
  type: 'Elu',
  since: 6,
  attributes: { alpha: float(1) },
  // dX = dY where X > 0, else dY·alpha·eˣ; min(X, 0) keeps eˣ from overflowing where it is not taken
  gradient: ({ emit, X, dY, attributes }) =>
    emit.where(emit.greater(X, 0), dY, emit.mul(dY, emit.mul(emit.exp(emit.min(X, 0)), attributes.alpha))),
  flops: 4,
});
