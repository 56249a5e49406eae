// Squeeze: drops axes of size 1 (ONNX Squeeze-13).
import { normalAxis, type Shape } from '../../ir/shape.js';
import { elements } from '../../ir/tensor.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import { checkedAxis } from '../inference.js';
import { knownNumbers } from './knownDims.js';
import { reshaped } from './rearrange.js';

export const squeeze = defineOp({
  type: 'Squeeze',
  since: 13,
  inputs: ['data', 'axes?'],
  outputs: ['squeezed'],
  attributes: {},
  infer: ({ data, axes: given, node, fail }) => {
    const unresolved = [{ dtype: data.dtype, shape: undefined }];
    if (!given)
      // Whether a symbolic dimension is 1, and so dropped, is not known.
      return data.shape.every((dim) => typeof dim === 'number')
        ? [{ dtype: data.dtype, shape: data.shape.filter((dim) => dim !== 1) }]
        : unresolved;
    const numbers = knownNumbers(node.inputs[1]);
    if (!numbers) return unresolved;
    const axes = numbers.map((axis) => checkedAxis(axis, data.shape.length, fail, 'axes'));
    const wide = axes.find((axis) => typeof data.shape[axis] === 'number' && data.shape[axis] !== 1);
    if (wide !== undefined) fail('axes', `a squeezed axis must have size 1, axis ${wide} has ${data.shape[wide]!}`);
    return [{ dtype: data.dtype, shape: without(data.shape, axes) }];
  },
  gradient: {
    data: ({ emit, data, dY }) => emit.reshapeLike(dY, data),
    axes: zeroGradient('axes'),
  },
  evaluate: ([data, axes]) => {
    const { shape } = data!;
    const dropped = axes
      ? elements(axes).map((axis) => normalAxis(axis, shape.length)!)
      : shape.flatMap((dim, axis) => (dim === 1 ? [axis] : []));
    return [reshaped(data!, without(shape, dropped) as readonly number[])];
  },
  flops: () => 0,
});

function without(shape: Shape, axes: readonly number[]): Shape {
  return shape.filter((_, axis) => !axes.includes(axis));
}
