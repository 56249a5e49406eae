// Tilts the image as a plane in space.
import { decimal } from '../../../layers/options.js';
import { defineAugmentation } from '../defineAugmentation.js';
import { edgeOptions, edgesOf } from '../edges.js';
import { cornersTo } from '../matrix.js';

/** Each corner of the new picture shows a place up to `distortion` of half the size away from that corner, to either side. */
export const perspective = defineAugmentation({
  kind: 'geometry',
  type: 'perspective',
  title: 'Perspective',
  description: 'Looks at the image from another side.',
  group: 'geometry',
  probability: 1,
  options: {
    distortion: decimal({
      label: 'Distortion',
      unit: 'share of half the size',
      description: 'How far the corners move',
      min: 0,
      max: 0.6,
      fallback: 0.2,
    }),
    ...edgeOptions,
  },
  idle: ({ edges }) => (edges === 'constant' ? [] : ['fill']),
  nanoseconds: 10,
  place({ options, draws, size }) {
    const [right, bottom] = [size.width - 1, size.height - 1];
    const across = (index: number): number => draws.around(index, (options.distortion * size.width) / 2);
    const down = (index: number): number => draws.around(index, (options.distortion * size.height) / 2);
    const matrix = cornersTo(size, [
      across(0),
      down(1),
      right + across(2),
      down(3),
      right + across(4),
      bottom + down(5),
      across(6),
      bottom + down(7),
    ]);
    return { matrix, size, edges: edgesOf(options) };
  },
});
