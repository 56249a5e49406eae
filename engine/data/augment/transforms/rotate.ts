// Turns the image about its middle.
import { decimal } from '../../../layers/options.js';
import { defineAugmentation } from '../defineAugmentation.js';
import { edgeOptions, edgesOf } from '../edges.js';
import { sineAndCosine } from '../exactMath.js';
import { aboutCentre } from '../matrix.js';

/** By an angle uniform in ± `degrees`, counter-clockwise where positive. */
export const rotate = defineAugmentation({
  kind: 'geometry',
  type: 'rotate',
  title: 'Rotate',
  description: 'Turns the image about its middle.',
  group: 'geometry',
  probability: 1,
  options: {
    degrees: decimal({ label: 'Angle', unit: '± °', min: 0, max: 180, fallback: 10 }),
    ...edgeOptions,
  },
  idle: ({ edges }) => (edges === 'constant' ? [] : ['fill']),
  nanoseconds: 10,
  place({ options, draws, size }) {
    const { sine, cosine } = sineAndCosine(draws.around(0, options.degrees));
    return { matrix: aboutCentre(size, cosine, -sine, sine, cosine), size, edges: edgesOf(options) };
  },
});
