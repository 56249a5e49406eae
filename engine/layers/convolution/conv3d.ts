// Conv3d: learned filters slide over volumes.
import { defineLayer } from '../defineLayer.js';
import { checkConvolution, lowerConvolution } from './convolve.js';
import { endOptions, filtersOption, groupsOption, windowOptions } from './convolutionOptions.js';

export const conv3d = defineLayer({
  type: 'Conv3d',
  title: 'Convolution 3-d',
  category: 'convolution',
  description: 'Learned filters slide over volumes: [batch, channels, depth, height, width].',
  inputs: ['x'],
  accepts: { x: { rank: 5 } },
  options: { filters: filtersOption, ...windowOptions(3), groups: groupsOption, ...endOptions },
  faults: ({ x }, options, report) => checkConvolution(x, options, report),
  lower: (scope, { x }, options) => lowerConvolution(scope, x, options),
});
