// Pixels that are all black or all white, as dead cells of a sensor are.
import { decimal } from '../../../layers/options.js';
import { defineAugmentation } from '../defineAugmentation.js';

export const saltAndPepper = defineAugmentation({
  kind: 'pixels',
  type: 'saltAndPepper',
  title: 'Salt and pepper',
  description: 'Turns single pixels black or white.',
  group: 'noise',
  probability: 1,
  options: {
    share: decimal({
      label: 'Pixels',
      unit: 'share',
      description: 'How many are lost',
      min: 0,
      max: 0.5,
      fallback: 0.02,
    }),
    salt: decimal({ label: 'White among them', unit: 'share', min: 0, max: 1, fallback: 0.5 }),
  },
  nanoseconds: 6,
  apply({ data, white, channels, width, height }, { share, salt }, draws) {
    const plane = width * height;
    const words = draws.fieldWords(plane);
    const limit = share * 2 ** 32;
    for (let index = 0; index < plane; index++) {
      const word = words[index]!;
      if (word >= limit) continue;
      // What decides that a pixel is lost is uniform below the limit.
      const value = word < salt * limit ? white : 0;
      for (let channel = 0; channel < channels; channel++) data[channel * plane + index] = value;
    }
  },
});
