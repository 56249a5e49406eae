// Moves the image by a share of its size.
import { decimal } from '../../../layers/options.js';
import { defineAugmentation } from '../defineAugmentation.js';
import { edgeOptions, edgesOf } from '../edges.js';
import { translation } from '../matrix.js';

export const shift = defineAugmentation({
  kind: 'geometry',
  type: 'shift',
  title: 'Shift',
  description: 'Moves the image sideways, up and down.',
  group: 'geometry',
  probability: 1,
  options: {
    horizontal: decimal({ label: 'Sideways', unit: '± share of the width', min: 0, max: 0.5, fallback: 0.1 }),
    vertical: decimal({ label: 'Up and down', unit: '± share of the height', min: 0, max: 0.5, fallback: 0.1 }),
    ...edgeOptions,
  },
  idle: ({ edges }) => (edges === 'constant' ? [] : ['fill']),
  nanoseconds: 10,
  place({ options, draws, size }) {
    const across = draws.around(0, options.horizontal * size.width);
    const down = draws.around(1, options.vertical * size.height);
    return { matrix: translation(-across, -down), size, edges: edgesOf(options) };
  },
});
