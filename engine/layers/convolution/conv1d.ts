// Conv1d: learned filters slide over a sequence.
import { defineLayer } from '../defineLayer.js';
import { checkConvolution, lowerConvolution } from './convolve.js';
import { endOptions, filtersOption, groupsOption, windowOptions } from './convolutionOptions.js';

export const conv1d = defineLayer({
  type: 'Conv1d',
  title: 'Convolution 1-d',
  category: 'convolution',
  description: 'Learned filters slide over a sequence: [batch, channels, length].',
  inputs: ['x'],
  accepts: { x: { rank: 3 } },
  options: { filters: filtersOption, ...windowOptions(1), groups: groupsOption, ...endOptions },
  faults: ({ x }, options, report) => checkConvolution(x, options, report),
  lower: (scope, { x }, options) => lowerConvolution(scope, x, options),
});
