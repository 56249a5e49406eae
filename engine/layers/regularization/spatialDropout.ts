// SpatialDropout (Tompson et al., 2015): whole channels are dropped, since neighbours tell of each other.
import { defineLayer } from '../defineLayer.js';
import { lowerDropout, rateOption } from './dropout.js';

export const spatialDropout = defineLayer({
  type: 'SpatialDropout',
  title: 'Spatial dropout',
  category: 'regularization',
  description: 'In training, whole channels (axis 1) of an example are dropped together.',
  inputs: ['x'],
  accepts: { x: { rank: [3, 5] } },
  options: { rate: rateOption(0.2) },
  lower: (scope, { x }, { rate }) =>
    lowerDropout(scope, x, rate, ([batch, channels, ...sizes]) => [batch!, channels!, ...sizes.map(() => 1)]),
});
