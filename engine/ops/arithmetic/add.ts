// Add: elementwise sum with broadcasting (ONNX Add-14).
import { defineOp } from '../defineOp.js';
import { zipTensors } from '../evaluation.js';
import { broadcastPair } from '../inference.js';

export const add = defineOp({
  type: 'Add',
  since: 14,
  inputs: ['A', 'B'],
  outputs: ['C'],
  attributes: {},
  infer: (context) => broadcastPair(context),
  // d(A + B) = dA + dB
  gradient: {
    A: ({ dY }) => dY,
    B: ({ dY }) => dY,
  },
  evaluate: ([a, b]) => {
    const sum = zipTensors(a!, b!, { float: (x, y) => x + y, integer: (x, y) => x + y });
    return sum && [sum];
  },
});
