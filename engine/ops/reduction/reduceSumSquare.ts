// ReduceSumSquare: the sum of squares over axes (ONNX ReduceSumSquare-18).
import { defineReduction } from './defineReduction.js';

export const reduceSumSquare = defineReduction({
  type: 'ReduceSumSquare',
  since: 18,
  // dX = 2·X·dY
  gradient: ({ emit, X, dY }) => emit.mul(X, emit.mul(dY, 2)),
});
