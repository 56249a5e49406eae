// A random part of the image, stretched to its whole size (Szegedy et al. 2015, «Going deeper with convolutions», §6).
import { decimal } from '../../../layers/options.js';
import { defineAugmentation } from '../defineAugmentation.js';
import { exponential, logarithm } from '../exactMath.js';
import { stretch } from '../matrix.js';

/** Area uniform between its bounds, aspect ratio uniform in its logarithm; a part that would stick out is cut to the image. */
export const resizedCrop = defineAugmentation({
  kind: 'geometry',
  type: 'resizedCrop',
  title: 'Resized crop',
  description: 'Cuts out a random part, larger or smaller, and stretches it to the image’s size.',
  group: 'geometry',
  probability: 1,
  options: {
    least: decimal({ label: 'Smallest area', unit: 'share', min: 0.02, max: 1, fallback: 0.5 }),
    most: decimal({ label: 'Largest area', unit: 'share', min: 0.02, max: 1, fallback: 1 }),
    ratio: decimal({
      label: 'Aspect ratio',
      unit: '×',
      description: 'Up to this many times wider or taller than the image',
      min: 1,
      max: 4,
      fallback: 1.33,
    }),
  },
  ranges: [{ from: 'least', to: 'most', label: 'Area' }],
  nanoseconds: 10,
  place({ options, draws, size, target }) {
    const area = draws.between(0, options.least, options.most);
    const aspect = exponential(draws.around(1, logarithm(options.ratio)));
    const width = size.width * Math.min(1, Math.sqrt(area * aspect));
    const height = size.height * Math.min(1, Math.sqrt(area / aspect));
    const left = draws.between(2, 0, size.width - width);
    const top = draws.between(3, 0, size.height - height);
    return { matrix: stretch({ width, height }, target, left, top), size: target, edges: undefined };
  },
});
