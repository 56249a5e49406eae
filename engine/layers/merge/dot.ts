// Dot: the scalar product of two inputs along their last axis, or its cosine.
import { formatShape, sameShape } from '../../ir/shape.js';
import type { Emit } from '../../ops/emit.js';
import { rankOf } from '../../ops/valueTypes.js';
import type { Value } from '../../ir/graph.js';
import { defineLayer } from '../defineLayer.js';
import { flag } from '../options.js';

export const dot = defineLayer({
  type: 'Dot',
  title: 'Dot product',
  category: 'merge',
  description: 'The scalar product along the last axis, which stays with size 1; normalised, the cosine.',
  inputs: ['a', 'b'],
  accepts: { a: { rank: [2, 8] }, b: { rank: [2, 8] } },
  options: { normalise: flag({ label: 'Normalise', fallback: false }) },
  faults({ a, b }, _options, report) {
    if (!sameShape(a.shape, b.shape))
      report('b', `a and b must have one shape, got ${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  },
  lower({ emit }, { a, b }, { normalise }) {
    const product = sumLast(emit, emit.mul(a, b));
    if (!normalise) return product;
    const squares = emit.mul(sumLast(emit, emit.square(a)), sumLast(emit, emit.square(b)));
    // 1e-12 keeps the cosine (and its slope) of a zero vector finite.
    return emit.div(product, emit.sqrt(emit.add(squares, 1e-12)));
  },
});

function sumLast(emit: Emit, x: Value): Value {
  return emit.reduceSum(x, [rankOf(x) - 1], true);
}
