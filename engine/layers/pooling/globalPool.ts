// GlobalPool: one number a channel, over all spatial axes (1-d, 2-d, 3-d).
import { shapeOf } from '../../ops/valueTypes.js';
import { defineLayer } from '../defineLayer.js';
import { choice, flag } from '../options.js';

export const globalPool = defineLayer({
  type: 'GlobalPool',
  title: 'Global pool',
  category: 'pooling',
  description: 'The mean or the largest value of every channel: [batch, channels, …] becomes [batch, channels].',
  inputs: ['x'],
  accepts: { x: { rank: [3, 5] } },
  options: {
    mode: choice(['average', 'max'], { label: 'Mode', fallback: 'average' }),
    keepAxes: flag({ label: 'Keep axes', fallback: false, description: 'Leaves the spatial axes, of size 1.' }),
  },
  lower({ emit }, { x }, { mode, keepAxes }) {
    const axes = shapeOf(x)
      .map((_, axis) => axis)
      .slice(2);
    return mode === 'max' ? emit.reduceMax(x, axes, keepAxes) : emit.reduceMean(x, axes, keepAxes);
  },
});
