// ReduceMin: the smallest element over axes (ONNX ReduceMin-18).
import { defineReduction } from './defineReduction.js';
import { shareAmongTies } from './extremum.js';

export const reduceMin = defineReduction({
  type: 'ReduceMin',
  since: 18,
  gradient: shareAmongTies,
  fold: (values) => Math.min(...values),
});
