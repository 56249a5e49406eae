// Split: cuts a tensor into pieces along an axis (ONNX Split-18).
import type { Dim } from '../../ir/shape.js';
import { int, optionalInt } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import { rankOf } from '../valueTypes.js';
import { checkedAxis } from '../inference.js';
import { knownDims } from './knownDims.js';
import { staticDim } from './dims.js';
import { padsAlong } from './pads.js';

export const split = defineOp({
  type: 'Split',
  since: 18,
  inputs: ['input', 'split?'],
  outputs: ['outputs...'],
  attributes: { axis: int(0), num_outputs: optionalInt() },
  infer: ({ input, split: given, attributes, node, fail }) => {
    const axis = checkedAxis(attributes.axis, input.shape.length, fail);
    const pieces = node.outputs.length;
    const dim = input.shape[axis]!;
    if (given && attributes.num_outputs !== undefined)
      fail('num_outputs', 'give either split or num_outputs, got both');
    if (attributes.num_outputs !== undefined && attributes.num_outputs !== pieces)
      fail('num_outputs', `num_outputs ${attributes.num_outputs} must be the number of outputs, got ${pieces}`);
    const lengths = given ? (knownDims(node.inputs[1]) ?? new Array<Dim>(pieces).fill(null)) : equalPieces(dim, pieces);
    if (lengths.length !== pieces) fail('split', `${lengths.length} lengths must serve ${pieces} outputs`);
    const total = lengths.reduce<Dim>(
      (sum, length) => (sum === null || typeof length !== 'number' ? null : Number(sum) + length),
      0,
    );
    if (given && typeof total === 'number' && typeof dim === 'number' && total !== dim)
      fail('split', `the lengths [${lengths.join(', ')}] must add up to ${dim}, got ${total}`);
    return lengths.map((length) => ({ dtype: input.dtype, shape: input.shape.with(axis, length) }));
  },
  gradient: {
    // dX joins the gradients of the pieces again
    input: ({ emit, attributes, node, outputGradients }) => {
      const axis = attributes.axis < 0 ? attributes.axis + rankOf(node.inputs[0]!) : attributes.axis;
      const arriving = outputGradients.filter((gradient) => gradient !== undefined);
      if (arriving.length > 1)
        return emit.concat(
          node.outputs.map((output, index) => outputGradients[index] ?? emit.fullLike(output, 0)),
          axis,
        );
      const only = outputGradients.findIndex((gradient) => gradient !== undefined);
      const before = node.outputs.slice(0, only).map((output) => staticDim(node, output, axis));
      const after = node.outputs.slice(only + 1).map((output) => staticDim(node, output, axis));
      return emit.pad(outputGradients[only]!, padsAlong(outputGradients[only]!, axis, sum(before), sum(after)));
    },
    split: zeroGradient('lengths'),
  },
  flops: () => 0,
});

/** The last piece is shorter where the axis does not divide. */
function equalPieces(dim: Dim, pieces: number): Dim[] {
  if (typeof dim !== 'number') return new Array<Dim>(pieces).fill(pieces === 1 ? dim : null);
  const length = Math.ceil(dim / pieces);
  return Array.from({ length: pieces }, (_, index) => (index < pieces - 1 ? length : dim - length * (pieces - 1)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
