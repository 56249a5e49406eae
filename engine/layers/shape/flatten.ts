// Flatten: all axes of an example become one.
import { isStatic, sizeOf } from '../../ir/shape.js';
import { shapeOf } from '../../ops/valueTypes.js';
import { defineLayer } from '../defineLayer.js';

export const flatten = defineLayer({
  type: 'Flatten',
  title: 'Flatten',
  category: 'shape',
  description: 'All axes of an example become one: [batch, a, b, c] becomes [batch, a·b·c].',
  inputs: ['x'],
  accepts: { x: { kind: 'any' } },
  options: {},
  lower({ emit }, { x }) {
    const sizes = shapeOf(x).slice(1);
    return emit.reshape(x, [0, isStatic(sizes) ? sizeOf(sizes) : -1]);
  },
});
