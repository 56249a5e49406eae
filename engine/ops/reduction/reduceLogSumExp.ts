// ReduceLogSumExp: log Σ exp over axes (ONNX ReduceLogSumExp-18).
import { defineReduction } from './defineReduction.js';

export const reduceLogSumExp = defineReduction({
  type: 'ReduceLogSumExp',
  since: 18,
  // dX = dY·softmax(X) = dY·exp(X − Y); the exponent is never positive
  gradient: ({ emit, X, Y, dY }) => emit.mul(emit.exp(emit.sub(X, Y)), dY),
});
