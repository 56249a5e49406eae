// Softplus: log(1 + eˣ), elementwise (ONNX Softplus-1).
import { defineUnary } from '../defineUnary.js';

export const softplus = defineUnary({
  type: 'Softplus',
  since: 1,
  attributes: {},
  // dX = dY·sigmoid(X), bounded wherever eˣ overflows
  gradient: ({ emit, X, dY }) => emit.mul(dY, emit.sigmoid(X)),
  flops: 4,
});
