// ReduceMax: the largest element over axes (ONNX ReduceMax-18).
import { defineReduction } from './defineReduction.js';
import { shareAmongTies } from './extremum.js';

export const reduceMax = defineReduction({
  type: 'ReduceMax',
  since: 18,
  gradient: shareAmongTies,
  fold: (values) => Math.max(...values),
});
