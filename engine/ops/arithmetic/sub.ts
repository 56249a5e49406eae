// Sub: elementwise difference with broadcasting (ONNX Sub-14).
import { defineOp } from '../defineOp.js';
import { zipTensors } from '../evaluation.js';
import { broadcastPair } from '../inference.js';

export const sub = defineOp({
  type: 'Sub',
  since: 14,
  inputs: ['A', 'B'],
  outputs: ['C'],
  attributes: {},
  infer: (context) => broadcastPair(context),
  // d(A − B) = dA − dB
  gradient: {
    A: ({ dY }) => dY,
    B: ({ emit, dY }) => emit.neg(dY),
  },
  evaluate: ([a, b]) => {
    const difference = zipTensors(a!, b!, { float: (x, y) => x - y, integer: (x, y) => x - y });
    return difference && [difference];
  },
});
