// Tile: repeats a tensor along its axes (ONNX Tile-13).
import { sizeOf, stridesOf, type Dim } from '../../ir/shape.js';
import { elements } from '../../ir/tensor.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import { evaluationLimit } from '../evaluation.js';
import { shapeOf } from '../valueTypes.js';
import { needed, staticDim } from './dims.js';
import { knownNumbers } from './knownDims.js';
import { rearrange } from './rearrange.js';

export const tile = defineOp({
  type: 'Tile',
  since: 13,
  inputs: ['input', 'repeats'],
  outputs: ['output'],
  attributes: {},
  infer: ({ input, node, fail }) => {
    const repeats = knownNumbers(node.inputs[1]);
    if (!repeats) return [{ dtype: input.dtype, shape: input.shape.map(() => null) }];
    if (repeats.length !== input.shape.length)
      fail('repeats', `${input.shape.length} axes take as many repeats, got ${repeats.length}`);
    const shape = input.shape.map((dim, axis): Dim => {
      const times = repeats[axis]!;
      return typeof dim === 'number' ? dim * times : times === 1 ? dim : null;
    });
    return [{ dtype: input.dtype, shape }];
  },
  gradient: {
    // Every repetition counts: [r·d] is read as [r, d] and summed over r.
    input: ({ emit, input, node, dY }) => {
      const repeats = needed(node, 'repeats', knownNumbers(node.inputs[1]));
      const open = shapeOf(input).filter((dim) => typeof dim !== 'number').length;
      const summed: number[] = [];
      const apart = shapeOf(input).flatMap((dim, axis) => {
        const size = open > 1 ? staticDim(node, input, axis) : typeof dim === 'number' ? dim : -1;
        return repeats[axis] === 1 ? [size] : [repeats[axis]!, size];
      });
      repeats.reduce((at, times) => {
        if (times !== 1) summed.push(at);
        return at + (times === 1 ? 1 : 2);
      }, 0);
      return emit.reduceSum(emit.reshape(dY, apart), summed);
    },
    repeats: zeroGradient('counts'),
  },
  evaluate: ([input, repeats]) => {
    const { shape } = input!;
    const times = elements(repeats!);
    const strides = stridesOf(shape);
    const tiled = shape.map((dim, axis) => dim * times[axis]!);
    if (sizeOf(tiled) > evaluationLimit) return undefined;
    return [
      rearrange(input!, tiled, (coordinates) =>
        coordinates.reduce((sum, c, axis) => sum + (c % shape[axis]!) * strides[axis]!, 0),
      ),
    ];
  },
  flops: () => 0,
});
