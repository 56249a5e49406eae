// Permute: the axes of an example in another order.
import { defineLayer } from '../defineLayer.js';
import { wholes } from '../options.js';

export const permute = defineLayer({
  type: 'Permute',
  title: 'Permute',
  category: 'shape',
  description: 'The axes of an example in another order, counted from 1: [2, 1] swaps the two of a sequence.',
  inputs: ['x'],
  accepts: { x: { kind: 'any', rank: [2, 8] } },
  options: { axes: wholes({ label: 'Axes', max: 7, longest: 7, fallback: [2, 1] }) },
  faults({ x }, { axes }, report) {
    const count = x.shape.length - 1;
    const sorted = [...axes].sort((a, b) => a - b);
    if (axes.length !== count || sorted.some((axis, index) => axis !== index + 1))
      report('axes', `axes must name each of 1 to ${count} once, got [${axes.join(', ')}]`);
  },
  lower: ({ emit }, { x }, { axes }) => emit.transpose(x, [0, ...axes]),
});
