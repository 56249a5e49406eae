// Expand: broadcasts to a shape, in both directions (ONNX Expand-13).
import { broadcastShapes, formatShape, sizeOf, stridesOf } from '../../ir/shape.js';
import { elements } from '../../ir/tensor.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import { evaluationLimit } from '../evaluation.js';
import { knownDims } from './knownDims.js';
import { offsetOf, rearrange } from './rearrange.js';

export const expand = defineOp({
  type: 'Expand',
  since: 13,
  inputs: ['input', 'shape'],
  outputs: ['output'],
  attributes: {},
  infer: ({ input, node, fail }) => {
    const wanted = knownDims(node.inputs[1]);
    if (!wanted) return [{ dtype: input.dtype, shape: undefined }];
    const shape = broadcastShapes(input.shape, wanted);
    if (!shape) fail('shape', `${formatShape(input.shape)} does not broadcast to ${formatShape(wanted)}`);
    return [{ dtype: input.dtype, shape }];
  },
  gradient: {
    // The walker sums over the broadcast axes.
    input: ({ dY }) => dY,
    shape: zeroGradient('a shape'),
  },
  evaluate: ([input, shape]) => {
    const from = input!.shape;
    const to = broadcastShapes(from, elements(shape!)) as readonly number[];
    if (sizeOf(to) > evaluationLimit) return undefined;
    const strides = stridesOf(from);
    const added = to.length - from.length;
    const spread = to.map((_, axis) => (axis < added || from[axis - added] === 1 ? 0 : strides[axis - added]!));
    return [rearrange(input!, to, (coordinates) => offsetOf(coordinates, spread))];
  },
  flops: () => 0,
});
