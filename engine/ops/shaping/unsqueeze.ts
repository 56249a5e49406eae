// Unsqueeze: inserts axes of size 1 (ONNX Unsqueeze-13).
import { normalAxis, type Dim, type Shape } from '../../ir/shape.js';
import { elements } from '../../ir/tensor.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import { checkedAxis } from '../inference.js';
import { knownNumbers } from './knownDims.js';
import { reshaped } from './rearrange.js';

export const unsqueeze = defineOp({
  type: 'Unsqueeze',
  since: 13,
  inputs: ['data', 'axes'],
  outputs: ['expanded'],
  attributes: {},
  // The axes count in the result's rank.
  infer: ({ data, node, fail }) => {
    const given = knownNumbers(node.inputs[1]);
    if (!given) return [{ dtype: data.dtype, shape: undefined }];
    const rank = data.shape.length + given.length;
    const axes = given.map((axis) => checkedAxis(axis, rank, fail, 'axes'));
    if (new Set(axes).size < axes.length) fail('axes', `axes must differ, got [${given.join(', ')}]`);
    return [{ dtype: data.dtype, shape: inserted(data.shape, axes) }];
  },
  gradient: {
    data: ({ emit, data, dY }) => emit.reshapeLike(dY, data),
    axes: zeroGradient('axes'),
  },
  evaluate: ([data, axes]) => {
    const given = elements(axes!);
    const rank = data!.shape.length + given.length;
    const places = given.map((axis) => normalAxis(axis, rank)!);
    return [reshaped(data!, inserted(data!.shape, places) as readonly number[])];
  },
  flops: () => 0,
});

function inserted(shape: Shape, axes: readonly number[]): Shape {
  const rest = [...shape];
  return Array.from({ length: shape.length + axes.length }, (_, axis): Dim =>
    axes.includes(axis) ? 1 : rest.shift()!,
  );
}
