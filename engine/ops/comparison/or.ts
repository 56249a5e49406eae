// Or: logical disjunction of two boolean tensors, with broadcasting (ONNX Or-7).
import { defineOp, zeroGradient } from '../defineOp.js';
import { compareTensors } from '../evaluation.js';
import { broadcastPair } from '../inference.js';

export const or = defineOp({
  type: 'Or',
  since: 7,
  inputs: ['A', 'B'],
  outputs: ['C'],
  attributes: {},
  infer(context) {
    if (context.A.dtype !== 'bool') context.fail('A', `A and B must be bool, got ${context.A.dtype}`);
    return broadcastPair(context, 'bool');
  },
  gradient: zeroGradient('a truth value'),
  evaluate: ([a, b]) => {
    const holds = compareTensors(a!, b!, (x, y) => x !== 0 || y !== 0);
    return holds && [holds];
  },
});
