// Mod: remainder with broadcasting: of the divisor's sign for integers, of the dividend's with fmod (ONNX Mod-13).
import { isFloat } from '../../ir/dtype.js';
import { flag } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { zipTensors } from '../evaluation.js';
import { broadcastPair } from '../inference.js';

export const mod = defineOp({
  type: 'Mod',
  since: 13,
  inputs: ['A', 'B'],
  outputs: ['C'],
  attributes: { fmod: flag(false) },
  infer(context) {
    if (isFloat(context.A.dtype) && !context.attributes.fmod)
      context.fail('fmod', `fmod must be 1 for ${context.A.dtype}`);
    return broadcastPair(context);
  },
  // C = A − B·trunc(A/B), whose quotient is piecewise constant: dC = dA − trunc(A/B)·dB
  gradient: {
    A: ({ dY }) => dY,
    B: ({ emit, A, B, dY }) => {
      const ratio = emit.div(A, B);
      const floor = emit.node('Floor', [ratio]);
      const truncated = emit.where(emit.less(ratio, 0), emit.node('Ceil', [ratio]), floor);
      return emit.neg(emit.mul(dY, truncated));
    },
  },
  evaluate: ([a, b], { fmod }) => {
    const remainder = zipTensors(a!, b!, {
      float: (x, y) => x % y,
      integer: (x, y) => (y === 0n ? undefined : fmod ? x % y : ((x % y) + y) % y),
    });
    return remainder && [remainder];
  },
});
