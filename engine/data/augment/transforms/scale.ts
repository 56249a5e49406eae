// Zooms in and out about the middle.
import { decimal, flag } from '../../../layers/options.js';
import { defineAugmentation } from '../defineAugmentation.js';
import { edgeOptions, edgesOf } from '../edges.js';
import { aboutCentre } from '../matrix.js';

export const scale = defineAugmentation({
  kind: 'geometry',
  type: 'scale',
  title: 'Zoom',
  description: 'Makes what is in the image larger or smaller.',
  group: 'geometry',
  probability: 1,
  options: {
    least: decimal({ label: 'Smallest', unit: '×', min: 0.25, max: 4, fallback: 0.9 }),
    most: decimal({ label: 'Largest', unit: '×', min: 0.25, max: 4, fallback: 1.1 }),
    uniform: flag({
      label: 'Keep proportions',
      description: 'Otherwise width and height are drawn apart',
      fallback: true,
    }),
    ...edgeOptions,
  },
  idle: ({ edges }) => (edges === 'constant' ? [] : ['fill']),
  ranges: [{ from: 'least', to: 'most', label: 'Factor', usual: [0.5, 2] }],
  nanoseconds: 10,
  place({ options, draws, size }) {
    const across = draws.between(0, options.least, options.most);
    const down = options.uniform ? across : draws.between(1, options.least, options.most);
    return { matrix: aboutCentre(size, 1 / across, 0, 0, 1 / down), size, edges: edgesOf(options) };
  },
});
