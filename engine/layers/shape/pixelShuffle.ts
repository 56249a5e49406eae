// PixelShuffle (Shi et al., 2016): blocks of channels become blocks of pixels.
import { defineLayer } from '../defineLayer.js';
import { known, requireKnown } from '../faults.js';
import { whole } from '../options.js';

export const pixelShuffle = defineLayer({
  type: 'PixelShuffle',
  title: 'Pixel shuffle',
  category: 'shape',
  description: 'Channels become pixels: [batch, c·f², h, w] becomes [batch, c, h·f, w·f].',
  inputs: ['x'],
  accepts: { x: { rank: 4 } },
  options: { factor: whole({ label: 'Factor', fallback: 2, max: 64 }) },
  faults({ x }, { factor }, report) {
    if (!requireKnown(x, 1, 'x', report)) return;
    if (known(x.shape[1]) % factor ** 2)
      report('factor', `factor² = ${factor ** 2} must divide the ${known(x.shape[1])} channels`);
  },
  // CRD: the block's row and column are the fastest part of the channel, as in PyTorch.
  lower: ({ emit }, { x }, { factor }) => emit.node('DepthToSpace', [x], { blocksize: factor, mode: 'CRD' }),
});
