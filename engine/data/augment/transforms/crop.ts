// A window of the image's own size at a random whole place of the padded image (He et al. 2016, «Deep residual learning», §4.2).
import { whole } from '../../../layers/options.js';
import { defineAugmentation } from '../defineAugmentation.js';
import { edgeOptions, edgesOf } from '../edges.js';
import { translation } from '../matrix.js';

export const crop = defineAugmentation({
  kind: 'geometry',
  type: 'crop',
  title: 'Random crop',
  description: 'Pads the image and cuts a window of its own size out at a random place, in whole pixels.',
  group: 'geometry',
  probability: 1,
  options: {
    padding: whole({ label: 'Padding', unit: 'px', description: 'On every side', min: 0, max: 256, fallback: 4 }),
    ...edgeOptions,
  },
  idle: ({ edges }) => (edges === 'constant' ? [] : ['fill']),
  nanoseconds: 4,
  place({ options, draws, size, target }) {
    const { padding } = options;
    const left = draws.whole(0, Math.max(1, size.width + 2 * padding - target.width + 1)) - padding;
    const top = draws.whole(1, Math.max(1, size.height + 2 * padding - target.height + 1)) - padding;
    const within = padding === 0 && size.width >= target.width && size.height >= target.height;
    return { matrix: translation(left, top), size: target, edges: within ? undefined : edgesOf(options) };
  },
});
