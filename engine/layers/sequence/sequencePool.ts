// LastStep and SequencePool: one vector for a whole sequence [batch, length, features].
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { defineLayer } from '../defineLayer.js';
import { choice } from '../options.js';
import { floatMask } from './paddingMask.js';

const accepts = { x: { rank: 3 }, mask: { rank: 2, kind: 'any' } } as const;

export const lastStep = defineLayer({
  type: 'LastStep',
  title: 'Last step',
  category: 'sequence',
  description: 'The last step of a sequence; with a mask, the last that counts.',
  inputs: ['x', 'mask?'],
  accepts,
  options: {},
  // With a mask the step before the first 0 is picked: kept − kept shifted left is 1 there alone.
  lower({ emit }, { x, mask }) {
    if (!mask) return emit.squeeze(emit.slice(x, [-1], [2 ** 31 - 1], [1]), [1]);
    const kept = floatMask(emit, mask);
    const shifted = emit.slice(emit.pad(kept, [0, 0, 0, 1]), [1], [2 ** 31 - 1], [1]);
    const chosen = emit.unsqueeze(emit.sub(kept, shifted), [2]);
    return emit.reduceSum(emit.mul(x, chosen), [1]);
  },
});

export const sequencePool = defineLayer({
  type: 'SequencePool',
  title: 'Sequence pool',
  category: 'sequence',
  description: 'The mean or the largest value of every feature over the steps; with a mask, over those that count.',
  inputs: ['x', 'mask?'],
  accepts,
  options: { mode: choice(['average', 'max'], { label: 'Mode', fallback: 'average' }) },
  lower({ emit }, { x, mask }, { mode }) {
    if (!mask) return mode === 'max' ? emit.reduceMax(x, [1]) : emit.reduceMean(x, [1]);
    const kept = emit.unsqueeze(floatMask(emit, mask), [2]);
    return mode === 'max' ? largest(emit, x, kept) : mean(emit, x, kept);
  },
});

function mean(emit: Emit, x: Value, kept: Value): Value {
  // A sequence of padding alone has mean 0.
  const count = emit.max(emit.reduceSum(kept, [1]), 1);
  return emit.div(emit.reduceSum(emit.mul(x, kept), [1]), count);
}

function largest(emit: Emit, x: Value, kept: Value): Value {
  return emit.reduceMax(emit.add(x, emit.mul(emit.sub(kept, 1), 1e9)), [1]);
}
