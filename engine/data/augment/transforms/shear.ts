// Slants the image.
import { decimal } from '../../../layers/options.js';
import { defineAugmentation } from '../defineAugmentation.js';
import { edgeOptions, edgesOf } from '../edges.js';
import { sineAndCosine } from '../exactMath.js';
import { aboutCentre } from '../matrix.js';

/** x ← x + y·tan φ, y ← y + x·tan ψ about the middle, φ and ψ uniform in their bounds. */
export const shear = defineAugmentation({
  kind: 'geometry',
  type: 'shear',
  title: 'Shear',
  description: 'Slants the image, as italics are.',
  group: 'geometry',
  probability: 1,
  options: {
    horizontal: decimal({ label: 'Sideways', unit: '± °', min: 0, max: 45, fallback: 10 }),
    vertical: decimal({ label: 'Up and down', unit: '± °', min: 0, max: 45, fallback: 0 }),
    ...edgeOptions,
  },
  idle: ({ edges }) => (edges === 'constant' ? [] : ['fill']),
  nanoseconds: 10,
  place({ options, draws, size }) {
    const across = tangent(draws.around(0, options.horizontal));
    const down = tangent(draws.around(1, options.vertical));
    return { matrix: aboutCentre(size, 1, across, down, 1), size, edges: edgesOf(options) };
  },
});

function tangent(degrees: number): number {
  const { sine, cosine } = sineAndCosine(degrees);
  return sine / cosine;
}
