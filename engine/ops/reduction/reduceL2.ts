// ReduceL2: the Euclidean norm over axes (ONNX ReduceL2-18).
import { defineReduction } from './defineReduction.js';

export const reduceL2 = defineReduction({
  type: 'ReduceL2',
  since: 18,
  // dX = dY·X / Y, and 0 where the norm is 0
  gradient: ({ emit, X, Y, dY }) => emit.mul(X, emit.div(dY, emit.where(emit.equal(Y, 0), 1, Y))),
});
