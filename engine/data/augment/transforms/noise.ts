// Gaussian noise, drawn for every pixel and channel.
import { normalOfWord } from '../../../random/fields.js';
import { normalTable } from '../../../random/normalTable.js';
import { decimal } from '../../../layers/options.js';
import { defineAugmentation } from '../defineAugmentation.js';

/** Adds σ·z, z standard normal; σ is uniform between its bounds, as a share of the way from black to white. */
export const noise = defineAugmentation({
  kind: 'pixels',
  type: 'noise',
  title: 'Gaussian noise',
  description: 'Adds grain.',
  group: 'noise',
  probability: 1,
  options: {
    least: decimal({ label: 'Least', unit: 'share', min: 0, max: 0.5, fallback: 0 }),
    most: decimal({ label: 'Most', unit: 'share', min: 0, max: 0.5, fallback: 0.08 }),
  },
  ranges: [{ from: 'least', to: 'most', label: 'Strength σ', usual: [0, 0.3] }],
  nanoseconds: 25,
  apply({ data, white }, { least, most }, draws) {
    const factor = draws.between(0, least, most) * white * 2 ** -21;
    if (factor === 0) return;
    const table = normalTable();
    const words = draws.fieldWords(data.length);
    for (let index = 0; index < data.length; index++) data[index]! += normalOfWord(words[index]!, table) * factor;
  },
});
