// Conv2d: learned filters slide over images.
import { defineLayer } from '../defineLayer.js';
import { checkConvolution, lowerConvolution } from './convolve.js';
import { endOptions, filtersOption, groupsOption, windowOptions } from './convolutionOptions.js';

export const conv2d = defineLayer({
  type: 'Conv2d',
  title: 'Convolution 2-d',
  category: 'convolution',
  description: 'Learned filters slide over images: [batch, channels, height, width].',
  inputs: ['x'],
  accepts: { x: { rank: 4 } },
  options: { filters: filtersOption, ...windowOptions(2), groups: groupsOption, ...endOptions },
  faults: ({ x }, options, report) => checkConvolution(x, options, report),
  lower: (scope, { x }, options) => lowerConvolution(scope, x, options),
});
