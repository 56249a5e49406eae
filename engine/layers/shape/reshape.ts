// Reshape: the elements of an example in another shape.
import { isStatic, sizeOf } from '../../ir/shape.js';
import { shapeOf } from '../../ops/valueTypes.js';
import { defineLayer } from '../defineLayer.js';
import { wholes } from '../options.js';

export const reshape = defineLayer({
  type: 'Reshape',
  title: 'Reshape',
  category: 'shape',
  description: 'The elements of an example in another shape; one size may be −1, which takes what is left.',
  inputs: ['x'],
  accepts: { x: { kind: 'any' } },
  options: { shape: wholes({ label: 'Shape of an example', min: -1, longest: 7 }) },
  faults({ x }, { shape }, report) {
    if (shape.includes(0)) report('shape', 'sizes must be at least 1, or −1 for what is left, got 0');
    const open = shape.filter((size) => size === -1).length;
    if (open > 1) report('shape', 'at most one size may be −1');
    const from = x.shape.slice(1);
    if (!isStatic(from) || shape.includes(0) || open > 1) return;
    const count = sizeOf(from);
    const wanted = Math.abs(sizeOf(shape));
    if (open ? count % wanted : count !== wanted)
      report('shape', `the ${count} elements of an example do not fill [${shape.join(', ')}]`);
  },
  lower({ emit }, { x }, { shape }) {
    const from = shapeOf(x).slice(1);
    const rest = isStatic(from) ? sizeOf(from) / Math.abs(sizeOf(shape)) : -1;
    return emit.reshape(x, [0, ...shape.map((size) => (size === -1 ? rest : size))]);
  },
});
