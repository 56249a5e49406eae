// GatherElements: picks single elements along an axis (ONNX GatherElements-13).
import { int } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import { checkedAxis } from '../inference.js';

export const gatherElements = defineOp({
  type: 'GatherElements',
  since: 13,
  inputs: ['data', 'indices'],
  outputs: ['output'],
  attributes: { axis: int(0) },
  // output[i, j, k] = data[i, indices[i, j, k], k] for axis 1
  infer: ({ data, indices, attributes, fail }) => {
    checkedAxis(attributes.axis, data.shape.length, fail);
    if (indices.shape.length !== data.shape.length)
      fail('indices', `indices and data must have one rank, got ${indices.shape.length} and ${data.shape.length}`);
    return [{ dtype: data.dtype, shape: indices.shape }];
  },
  gradient: {
    data: ({ emit, data, indices, attributes, dY }) =>
      emit.node('ScatterElements', [emit.fullLike(data, 0), indices, dY], {
        axis: attributes.axis,
        reduction: 'add',
      }),
    indices: zeroGradient('integer indices'),
  },
  flops: () => 0,
});
