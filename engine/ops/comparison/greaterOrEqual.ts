// GreaterOrEqual: A ≥ B, elementwise with broadcasting (ONNX GreaterOrEqual-16).
import { defineOp, zeroGradient } from '../defineOp.js';
import { compareTensors } from '../evaluation.js';
import { broadcastPair } from '../inference.js';

export const greaterOrEqual = defineOp({
  type: 'GreaterOrEqual',
  since: 16,
  inputs: ['A', 'B'],
  outputs: ['C'],
  attributes: {},
  infer: (context) => broadcastPair(context, 'bool'),
  gradient: zeroGradient('a truth value'),
  evaluate: ([a, b]) => {
    const holds = compareTensors(a!, b!, (x, y) => x >= y);
    return holds && [holds];
  },
});
