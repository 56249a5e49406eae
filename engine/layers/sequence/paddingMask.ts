// PaddingMask and Masking: which steps of a sequence count.
import { isFloat } from '../../ir/dtype.js';
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { defineLayer } from '../defineLayer.js';
import { whole } from '../options.js';

export const paddingMask = defineLayer({
  type: 'PaddingMask',
  title: 'Padding mask',
  category: 'sequence',
  description: 'From indices [batch, length], 1 where a step holds something and 0 where it is padding.',
  inputs: ['indices'],
  accepts: { indices: { rank: 2, kind: 'integer' } },
  options: { paddingIndex: whole({ label: 'Padding index', min: 0, fallback: 0 }) },
  lower({ emit }, { indices }, { paddingIndex }) {
    const wide = emit.cast(indices, 'int64');
    return emit.cast(emit.not(emit.equal(wide, emit.scalar(paddingIndex, 'int64'))), 'float32');
  },
});

export const masking = defineLayer({
  type: 'Masking',
  title: 'Masking',
  category: 'sequence',
  description: 'Sets the steps that the mask [batch, length] says are padding to zero.',
  inputs: ['x', 'mask'],
  accepts: { x: { rank: 3 }, mask: { rank: 2, kind: 'any' } },
  options: {},
  lower: ({ emit }, { x, mask }) => emit.mul(x, emit.unsqueeze(floatMask(emit, mask), [2])),
});

/** A mask as float32 0 and 1. */
export function floatMask(emit: Emit, mask: Value): Value {
  return isFloat(mask.dtype) ? mask : emit.cast(mask, 'float32');
}
