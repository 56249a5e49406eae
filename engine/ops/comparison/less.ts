// Less: A < B, elementwise with broadcasting (ONNX Less-13).
import { defineOp, zeroGradient } from '../defineOp.js';
import { compareTensors } from '../evaluation.js';
import { broadcastPair } from '../inference.js';

export const less = defineOp({
  type: 'Less',
  since: 13,
  inputs: ['A', 'B'],
  outputs: ['C'],
  attributes: {},
  infer: (context) => broadcastPair(context, 'bool'),
  gradient: zeroGradient('a truth value'),
  evaluate: ([a, b]) => {
    const holds = compareTensors(a!, b!, (x, y) => x < y);
    return holds && [holds];
  },
});
