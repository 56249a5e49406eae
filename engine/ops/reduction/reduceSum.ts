// ReduceSum: the sum over axes (ONNX ReduceSum-13).
import { defineReduction } from './defineReduction.js';

export const reduceSum = defineReduction({
  type: 'ReduceSum',
  since: 13,
  // every summand passes dY on
  gradient: ({ dY }) => dY,
  fold: (values) => values.reduce((sum, value) => sum + value, 0),
});
