// Embedding: every index has a learned vector.
import { defineLayer } from '../defineLayer.js';
import { normalInitializer } from '../initialization.js';
import { decimal, optional, whole } from '../options.js';

export const embedding = defineLayer({
  type: 'Embedding',
  title: 'Embedding',
  category: 'sequence',
  description: 'Every index has a learned vector: [batch, …] of whole numbers becomes [batch, …, dimension].',
  inputs: ['indices'],
  accepts: { indices: { rank: [1, 7], kind: 'integer' } },
  options: {
    count: whole({ label: 'Entries', description: 'Indices run from 0 to one less.' }),
    dimension: whole({ label: 'Dimension', max: 65536 }),
    paddingIndex: optional(
      whole({ label: 'Padding index', min: 0, description: 'Its vector is zero and learns nothing.' }),
    ),
    deviation: decimal({ label: 'Initial deviation', fallback: 1, min: 0, max: 100 }),
  },
  faults(_inputs, { count, paddingIndex }, report) {
    if (paddingIndex !== undefined && paddingIndex >= count)
      report('paddingIndex', `padding index must be below the ${count} entries, got ${paddingIndex}`);
  },
  lower(scope, { indices }, { count, dimension, paddingIndex, deviation }) {
    const { emit } = scope;
    const weight = scope.parameter('weight', {
      shape: [count, dimension],
      initializer: normalInitializer(deviation),
    });
    const wide = emit.cast(indices, 'int64');
    const vectors = emit.gather(weight, wide);
    if (paddingIndex === undefined) return vectors;
    // Zero output and zero gradient at the padding, whatever its row holds.
    const kept = emit.not(emit.equal(wide, emit.scalar(paddingIndex, 'int64')));
    return emit.mul(vectors, emit.unsqueeze(emit.indicator(kept, vectors), [-1]));
  },
});
