// Div: elementwise quotient with broadcasting; integers truncate toward zero (ONNX Div-14).
import { defineOp } from '../defineOp.js';
import { zipTensors } from '../evaluation.js';
import { broadcastPair } from '../inference.js';

export const div = defineOp({
  type: 'Div',
  since: 14,
  inputs: ['A', 'B'],
  outputs: ['C'],
  attributes: {},
  infer: (context) => broadcastPair(context),
  // d(A / B) = dA / B − (A / B)·dB / B
  gradient: {
    A: ({ emit, B, dY }) => emit.div(dY, B),
    B: ({ emit, B, C, dY }) => emit.neg(emit.div(emit.mul(dY, C), B)),
  },
  evaluate: ([a, b]) => {
    const quotient = zipTensors(a!, b!, {
      float: (x, y) => x / y,
      integer: (x, y) => (y === 0n ? undefined : x / y),
    });
    return quotient && [quotient];
  },
});
