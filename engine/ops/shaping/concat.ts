// Concat: joins tensors along an axis (ONNX Concat-13).
import { allocate } from '../../ir/dtype.js';
import { formatShape, sizeOf, type Dim, type Shape } from '../../ir/shape.js';
import type { Tensor } from '../../ir/tensor.js';
import { requiredInt } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { rankOf } from '../valueTypes.js';
import { checkedAxis } from '../inference.js';
import { mergeDims, staticDim } from './dims.js';

export const concat = defineOp({
  type: 'Concat',
  since: 13,
  inputs: ['inputs...'],
  outputs: ['concat_result'],
  attributes: { axis: requiredInt() },
  infer: ({ inputs, attributes, fail }) => {
    const first = inputs[0] ?? fail('inputs', 'at least one input is required');
    const axis = checkedAxis(attributes.axis, first.shape.length, fail);
    const shape = inputs.slice(1).reduce<Shape>((joined, { shape: next, dtype }) => {
      if (dtype !== first.dtype) fail('inputs', `inputs must have one element type, got ${first.dtype} and ${dtype}`);
      return (
        join(joined, next, axis) ??
        fail('inputs', `shapes ${formatShape(joined)} and ${formatShape(next)} differ outside axis ${axis}`)
      );
    }, first.shape);
    return [{ dtype: first.dtype, shape }];
  },
  gradient: {
    // Each input receives its own stretch of dY.
    inputs: ({ emit, inputs, attributes, dY, node }, index) => {
      const axis = attributes.axis < 0 ? attributes.axis + rankOf(dY) : attributes.axis;
      const lengths = inputs.slice(0, index + 1).map((input) => staticDim(node, input, axis));
      const end = lengths.reduce((sum, length) => sum + length, 0);
      if (inputs.length === 1) return dY;
      return emit.slice(dY, [end - lengths.at(-1)!], [end], [axis]);
    },
  },
  evaluate: (inputs, { axis }) => [concatConstants(inputs as readonly Tensor[], axis)],
  flops: () => 0,
});

function join(a: Shape, b: Shape, axis: number): Shape | undefined {
  if (a.length !== b.length) return undefined;
  const dims = a.map((dim, at): Dim | undefined => {
    const other = b[at]!;
    if (at !== axis) return mergeDims(dim, other);
    return typeof dim === 'number' && typeof other === 'number' ? dim + other : null;
  });
  return dims.every((dim) => dim !== undefined) ? dims : undefined;
}

function concatConstants(inputs: readonly Tensor[], axis: number): Tensor {
  const { dtype, shape: like } = inputs[0]!;
  const at = axis < 0 ? axis + like.length : axis;
  const shape = like.with(
    at,
    inputs.reduce((sum, { shape: next }) => sum + next[at]!, 0),
  );
  const data = allocate(dtype, sizeOf(shape));
  const blocks = sizeOf(like.slice(0, at));
  let offset = 0;
  for (let block = 0; block < blocks; block++)
    for (const input of inputs) {
      const length = sizeOf(input.shape.slice(at));
      for (let index = 0; index < length; index++) data[offset++] = input.data[block * length + index]!;
    }
  return { dtype, shape, data };
}
