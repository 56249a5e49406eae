// Transpose: permutes the axes (ONNX Transpose-13).
import { stridesOf } from '../../ir/shape.js';
import { ints } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { rankOf } from '../valueTypes.js';
import { offsetOf, rearrange } from './rearrange.js';

export const transpose = defineOp({
  type: 'Transpose',
  since: 13,
  inputs: ['data'],
  outputs: ['transposed'],
  attributes: { perm: ints() },
  infer: ({ data, attributes, fail }) => {
    const rank = data.shape.length;
    const perm = attributes.perm ?? reversed(rank);
    const sorted = [...perm].sort((a, b) => a - b);
    if (perm.length !== rank || sorted.some((axis, index) => axis !== index))
      fail('perm', `perm must be a permutation of the ${rank} axes, got [${perm.join(', ')}]`);
    return [{ dtype: data.dtype, shape: perm.map((axis) => data.shape[axis]!) }];
  },
  gradient: {
    // dX = dY with the inverse permutation
    data: ({ emit, data, dY, attributes }) => emit.transpose(dY, inverse(attributes.perm ?? reversed(rankOf(data)))),
  },
  evaluate: ([data], { perm = reversed(data!.shape.length) }) => {
    const strides = stridesOf(data!.shape);
    return [
      rearrange(
        data!,
        perm.map((axis) => data!.shape[axis]!),
        (coordinates) =>
          offsetOf(
            coordinates,
            perm.map((axis) => strides[axis]!),
          ),
      ),
    ];
  },
  flops: () => 0,
});

function reversed(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}

function inverse(perm: readonly number[]): number[] {
  return perm.map((_, axis) => perm.indexOf(axis));
}
