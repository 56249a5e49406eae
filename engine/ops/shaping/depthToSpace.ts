// DepthToSpace: channels become blocks of pixels (ONNX DepthToSpace-13).
import type { Dim } from '../../ir/shape.js';
import { oneOf, requiredInt } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { openShapeOf } from './dims.js';

export const depthToSpace = defineOp({
  type: 'DepthToSpace',
  since: 13,
  inputs: ['input'],
  outputs: ['output'],
  attributes: { blocksize: requiredInt(), mode: oneOf(['DCR', 'CRD'], 'DCR') },
  // [N, C·b², H, W] → [N, C, H·b, W·b]
  infer: ({ input, attributes: { blocksize }, fail }) => {
    const { shape } = input;
    if (shape.length !== 4) fail('input', `rank must be 4, got ${shape.length}`);
    const [batch, channels, height, width] = shape as [Dim, Dim, Dim, Dim];
    const area = blocksize * blocksize;
    if (typeof channels === 'number' && channels % area !== 0)
      fail('input', `channels must be a multiple of blocksize² = ${area}, got ${channels}`);
    const times = (dim: Dim, factor: number): Dim => (typeof dim === 'number' ? dim * factor : null);
    return [
      {
        dtype: input.dtype,
        shape: [batch, times(channels, 1 / area), times(height, blocksize), times(width, blocksize)],
      },
    ];
  },
  gradient: {
    // The pixels of each block become channels again: DCR counts (row, column, channel), CRD (channel, row, column).
    input: ({ emit, input, attributes: { blocksize, mode }, dY }) => {
      const [batch, channels, height, width] = openShapeOf(input) as [number, number, number, number];
      const depth = channels / (blocksize * blocksize);
      const apart = emit.reshape(dY, [batch, depth, height, blocksize, width, blocksize]);
      const moved = emit.transpose(apart, mode === 'DCR' ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4]);
      return emit.reshapeLike(moved, input);
    },
  },
  flops: () => 0,
});
