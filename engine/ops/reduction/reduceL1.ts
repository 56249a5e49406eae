// ReduceL1: the sum of absolute values over axes (ONNX ReduceL1-18).
import { defineReduction } from './defineReduction.js';

export const reduceL1 = defineReduction({
  type: 'ReduceL1',
  since: 18,
  // dX = dY·sign(X)
  gradient: ({ emit, X, dY }) => {
    const sign = emit.sub(emit.indicator(emit.greater(X, 0), X), emit.indicator(emit.less(X, 0), X));
    return emit.mul(sign, dY);
  },
});
