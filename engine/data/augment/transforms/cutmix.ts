// CutMix (Yun et al. 2019, arXiv:1905.04899): a rectangle of another image; targets are mixed by area.
import { decimal } from '../../../layers/options.js';
import { betaInverse } from '../betaTable.js';
import { defineAugmentation } from '../defineAugmentation.js';

/** The box has the share 1 − λ of both sides' product, λ from Beta(α, α), its middle anywhere; what sticks out is cut off. */
export const cutmix = defineAugmentation({
  kind: 'mixing',
  type: 'cutmix',
  title: 'CutMix',
  description: 'Puts a rectangle of another training example into the image; the target is mixed by its area.',
  group: 'mixing',
  probability: 0.5,
  options: {
    alpha: decimal({
      label: 'α',
      description: 'Small: a tiny box or nearly all; 1: any area alike; large: half of the image',
      min: 0.05,
      max: 8,
      fallback: 1,
    }),
  },
  nanoseconds: 2,
  blender({ alpha }) {
    const inverse = betaInverse(alpha);
    return (draws, { width, height }) => {
      const side = Math.sqrt(1 - inverse(draws.uniform(1)));
      const across = range(draws.whole(2, width), width * side, width);
      const down = range(draws.whole(3, height), height * side, height);
      const box = { left: across.first, top: down.first, width: across.length, height: down.length };
      return { share: 1 - (box.width * box.height) / (width * height), box };
    };
  },
});

function range(middle: number, length: number, size: number): { readonly first: number; readonly length: number } {
  const first = Math.max(0, Math.floor(middle - length / 2));
  return { first, length: Math.min(size, Math.floor(middle + length / 2)) - first };
}
