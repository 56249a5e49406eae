// SpaceToDepth: blocks of pixels become channels (ONNX SpaceToDepth-13).
import type { Dim } from '../../ir/shape.js';
import { requiredInt } from '../attributes.js';
import { defineOp } from '../defineOp.js';

export const spaceToDepth = defineOp({
  type: 'SpaceToDepth',
  since: 13,
  inputs: ['input'],
  outputs: ['output'],
  attributes: { blocksize: requiredInt() },
  // [N, C, H·b, W·b] → [N, C·b², H, W]
  infer: ({ input, attributes: { blocksize }, fail }) => {
    const { shape } = input;
    if (shape.length !== 4) fail('input', `rank must be 4, got ${shape.length}`);
    const [batch, channels, height, width] = shape as [Dim, Dim, Dim, Dim];
    for (const dim of [height, width])
      if (typeof dim === 'number' && dim % blocksize !== 0)
        fail('input', `height and width must be multiples of blocksize ${blocksize}, got ${dim}`);
    const times = (dim: Dim, factor: number): Dim => (typeof dim === 'number' ? dim * factor : null);
    return [
      {
        dtype: input.dtype,
        shape: [batch, times(channels, blocksize ** 2), times(height, 1 / blocksize), times(width, 1 / blocksize)],
      },
    ];
  },
  gradient: {
    input: ({ emit, attributes: { blocksize }, dY }) => emit.node('DepthToSpace', [dY], { blocksize, mode: 'DCR' }),
  },
  flops: () => 0,
});
