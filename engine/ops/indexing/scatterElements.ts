// ScatterElements: writes or adds single elements along an axis (ONNX ScatterElements-18).
import { formatShape } from '../../ir/shape.js';
import { int } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import { checkedAxis } from '../inference.js';
import { mergeDims } from '../shaping/dims.js';
import { addsUp, scatterReduction } from './scatterReduction.js';

export const scatterElements = defineOp({
  type: 'ScatterElements',
  since: 18,
  inputs: ['data', 'indices', 'updates'],
  outputs: ['output'],
  attributes: { axis: int(0), reduction: scatterReduction },
  // output[i, indices[i, j], k] ← updates[i, j, k] for axis 1
  infer: ({ data, indices, updates, attributes, fail }) => {
    checkedAxis(attributes.axis, data.shape.length, fail);
    if (indices.shape.length !== data.shape.length)
      fail('indices', `indices and data must have one rank, got ${indices.shape.length} and ${data.shape.length}`);
    if (
      indices.shape.length !== updates.shape.length ||
      indices.shape.some((dim, axis) => mergeDims(dim, updates.shape[axis]!) === undefined)
    )
      fail(
        'updates',
        `updates and indices must have one shape, got ${formatShape(updates.shape)} and ${formatShape(indices.shape)}`,
      );
    return [{ dtype: data.dtype, shape: data.shape }];
  },
  gradient: {
    // With none, what was overwritten receives nothing.
    data: ({ emit, indices, updates, attributes, node, dY }) =>
      addsUp(node, attributes.reduction)
        ? dY
        : emit.node('ScatterElements', [dY, indices, emit.fullLike(updates, 0)], { axis: attributes.axis }),
    indices: zeroGradient('integer indices'),
    updates: ({ emit, indices, attributes, node, dY }) => {
      addsUp(node, attributes.reduction);
      return emit.node('GatherElements', [dY, indices], { axis: attributes.axis });
    },
  },
});
