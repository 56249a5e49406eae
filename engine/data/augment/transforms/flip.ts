// Mirror images.
import { choice } from '../../../layers/options.js';
import { defineAugmentation } from '../defineAugmentation.js';
import { aboutCentre } from '../matrix.js';

export const flip = defineAugmentation({
  kind: 'geometry',
  type: 'flip',
  title: 'Flip',
  description: 'Mirrors the image. Not for letters, digits, or whatever has a handedness.',
  group: 'geometry',
  probability: 0.5,
  options: {
    direction: choice(['horizontal', 'vertical', 'either'], {
      label: 'Direction',
      description: 'horizontal swaps left and right; either draws one of the two',
      fallback: 'horizontal',
    }),
  },
  nanoseconds: 4,
  place({ options: { direction }, draws, size }) {
    const horizontal = direction === 'horizontal' || (direction === 'either' && draws.uniform(0) < 0.5);
    const matrix = horizontal ? aboutCentre(size, -1, 0, 0, 1) : aboutCentre(size, 1, 0, 0, -1);
    return { matrix, size, edges: undefined };
  },
});
