// A larger canvas around the image.
import { choice, decimal, whole } from '../../../layers/options.js';
import { defineAugmentation } from '../defineAugmentation.js';
import { edgeModes, edgesOf } from '../edges.js';
import { translation } from '../matrix.js';

export const pad = defineAugmentation({
  kind: 'geometry',
  type: 'pad',
  title: 'Pad',
  description:
    'Adds a border. A crop after it picks from the larger image; without one it is shrunk to its size again.',
  group: 'geometry',
  probability: 1,
  options: {
    pixels: whole({ label: 'Border', unit: 'px', description: 'On every side', min: 0, max: 256, fallback: 4 }),
    edges: choice(edgeModes, {
      label: 'Filled with',
      description:
        'constant: one value; edge: the last pixel again; reflect: mirrored about the last pixel; wrap: the other side',
      fallback: 'reflect',
    }),
    fill: decimal({ label: 'Value', unit: 'share', description: 'From black to white', min: 0, max: 1, fallback: 0 }),
  },
  idle: ({ edges }) => (edges === 'constant' ? [] : ['fill']),
  nanoseconds: 10,
  place({ options, size }) {
    const { pixels } = options;
    const larger = { width: size.width + 2 * pixels, height: size.height + 2 * pixels };
    return { matrix: translation(-pixels, -pixels), size: larger, edges: edgesOf(options) };
  },
});
