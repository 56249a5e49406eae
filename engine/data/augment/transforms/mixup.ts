// Mixup (Zhang, Cisse, Dauphin, Lopez-Paz 2017, arXiv:1710.09412): a weighted sum of two images and of their targets.
import { decimal } from '../../../layers/options.js';
import { betaInverse } from '../betaTable.js';
import { defineAugmentation } from '../defineAugmentation.js';

/** λ·x + (1 − λ)·x′ with λ from Beta(α, α). */
export const mixup = defineAugmentation({
  kind: 'mixing',
  type: 'mixup',
  title: 'Mixup',
  description: 'Blends the image and its target with those of another training example.',
  group: 'mixing',
  probability: 0.5,
  options: {
    alpha: decimal({
      label: 'α',
      description: 'Small: nearly one of the two; 1: any share alike; large: half of each',
      min: 0.05,
      max: 8,
      fallback: 0.2,
    }),
  },
  nanoseconds: 3,
  blender({ alpha }) {
    const inverse = betaInverse(alpha);
    return (draws) => ({ share: inverse(draws.uniform(1)) });
  },
});
