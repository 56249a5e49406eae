// Gather: picks slices along one axis by index (ONNX Gather-13).
import type { Value } from '../../ir/graph.js';
import { normalAxis, stridesOf } from '../../ir/shape.js';
import { element } from '../../ir/tensor.js';
import { int } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import { rankOf } from '../valueTypes.js';
import { checkedAxis } from '../inference.js';
import { rearrange } from '../shaping/rearrange.js';
import { scatterAlongAxis } from './scatterAlongAxis.js';

export const gather = defineOp({
  type: 'Gather',
  since: 13,
  inputs: ['data', 'indices'],
  outputs: ['output'],
  attributes: { axis: int(0) },
  // data [… before, d, after …] at indices [i …] → [… before, i …, after …]
  infer: ({ data, indices, attributes, fail }) => {
    if (indices.dtype !== 'int64' && indices.dtype !== 'int32')
      fail('indices', `indices must be int64 or int32, got ${indices.dtype}`);
    const axis = checkedAxis(attributes.axis, data.shape.length, fail);
    return [
      { dtype: data.dtype, shape: [...data.shape.slice(0, axis), ...indices.shape, ...data.shape.slice(axis + 1)] },
    ];
  },
  gradient: {
    data: ({ emit, data, indices, attributes, node, dY }): Value =>
      scatterAlongAxis(emit, dY, indices, data, normalAxis(attributes.axis, rankOf(data))!, node),
    indices: zeroGradient('integer indices'),
  },
  evaluate: ([data, indices], attributes) => {
    const axis = normalAxis(attributes.axis, data!.shape.length)!;
    const before = data!.shape.slice(0, axis);
    const after = data!.shape.slice(axis + 1);
    const strides = stridesOf(data!.shape);
    const inner = stridesOf(indices!.shape);
    const end = axis + indices!.shape.length;
    return [
      rearrange(data!, [...before, ...indices!.shape, ...after], (coordinates) => {
        const at = coordinates.slice(axis, end).reduce((sum, c, place) => sum + c * inner[place]!, 0);
        const picked = normalAxis(element(indices!, at), data!.shape[axis]!)!;
        const outside = [...coordinates.slice(0, axis), picked, ...coordinates.slice(end)];
        return outside.reduce((sum, c, place) => sum + c * strides[place]!, 0);
      }),
    ];
  },
  flops: () => 0,
});
