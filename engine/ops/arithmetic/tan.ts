// Tan: tangent, elementwise (ONNX Tan-7).
import { defineUnary } from '../defineUnary.js';

export const tan = defineUnary({
  type: 'Tan',
  since: 7,
  attributes: {},
  // d(tan X) = (1 + tan² X)·dX
  gradient: ({ emit, Y, dY }) => emit.mul(dY, emit.add(emit.square(Y), 1)),
  float: Math.tan,
});
