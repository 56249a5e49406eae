// Mul: elementwise product with broadcasting (ONNX Mul-14).
import { defineOp } from '../defineOp.js';
import { zipTensors } from '../evaluation.js';
import { broadcastPair } from '../inference.js';

export const mul = defineOp({
  type: 'Mul',
  since: 14,
  inputs: ['A', 'B'],
  outputs: ['C'],
  attributes: {},
  infer: (context) => broadcastPair(context),
  // d(A·B) = dA·B + A·dB
  gradient: {
    A: ({ emit, B, dY }) => emit.mul(dY, B),
    B: ({ emit, A, dY }) => emit.mul(dY, A),
  },
  evaluate: ([a, b]) => {
    const product = zipTensors(a!, b!, { float: (x, y) => x * y, integer: (x, y) => x * y });
    return product && [product];
  },
});
