// ScatterND: writes or adds slices addressed by index tuples (ONNX ScatterND-18).
import { formatShape, type Shape } from '../../ir/shape.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import { mergeDims } from '../shaping/dims.js';
import { addsUp, scatterReduction } from './scatterReduction.js';

export const scatterNd = defineOp({
  type: 'ScatterND',
  since: 18,
  inputs: ['data', 'indices', 'updates'],
  outputs: ['output'],
  attributes: { reduction: scatterReduction },
  // output[indices[i, …, :], …] ← updates[i, …]
  infer: ({ data, indices, updates, fail }) => {
    const depth = indices.shape.at(-1);
    if (depth === undefined) fail('indices', 'indices must have rank 1 or more, got 0');
    if (typeof depth === 'number') {
      if (depth > data.shape.length)
        fail('indices', `index tuples of ${depth} must fit a rank of ${data.shape.length}`);
      const wanted: Shape = [...indices.shape.slice(0, -1), ...data.shape.slice(depth)];
      if (
        wanted.length !== updates.shape.length ||
        wanted.some((dim, axis) => mergeDims(dim, updates.shape[axis]!) === undefined)
      )
        fail('updates', `updates must be ${formatShape(wanted)}, got ${formatShape(updates.shape)}`);
    }
    return [{ dtype: data.dtype, shape: data.shape }];
  },
  gradient: {
    // With none, what was overwritten receives nothing.
    data: ({ emit, indices, updates, attributes, node, dY }) =>
      addsUp(node, attributes.reduction) ? dY : emit.node('ScatterND', [dY, indices, emit.fullLike(updates, 0)]),
    indices: zeroGradient('integer indices'),
    updates: ({ emit, indices, attributes, node, dY }) => {
      addsUp(node, attributes.reduction);
      return emit.node('GatherND', [dY, indices]);
    },
  },
});
