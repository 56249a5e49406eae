// Sin: sine, elementwise (ONNX Sin-7).
import { defineUnary } from '../defineUnary.js';

export const sin = defineUnary({
  type: 'Sin',
  since: 7,
  attributes: {},
  // d(sin X) = cos X·dX
  gradient: ({ emit, X, dY }) => emit.mul(dY, emit.cos(X)),
  float: Math.sin,
});
