// ReduceLogSum: the logarithm of the sum over axes (ONNX ReduceLogSum-18).
import { defineReduction } from './defineReduction.js';

export const reduceLogSum = defineReduction({
  type: 'ReduceLogSum',
  since: 18,
  // dX = dY / Σ X, where Σ X = exp(Y)
  gradient: ({ emit, Y, dY }) => emit.mul(dY, emit.exp(emit.neg(Y))),
});
