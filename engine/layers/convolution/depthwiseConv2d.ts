// DepthwiseConv2d: every channel has filters of its own.
import { shapeOf } from '../../ops/valueTypes.js';
import { defineLayer } from '../defineLayer.js';
import { known, requireKnown } from '../faults.js';
import { whole } from '../options.js';
import { checkConvolution, lowerConvolution } from './convolve.js';
import { endOptions, windowOptions } from './convolutionOptions.js';

export const depthwiseConv2d = defineLayer({
  type: 'DepthwiseConv2d',
  title: 'Depthwise convolution 2-d',
  category: 'convolution',
  description: 'Every channel is convolved with filters of its own; channels are not mixed.',
  inputs: ['x'],
  accepts: { x: { rank: 4 } },
  options: {
    multiplier: whole({ label: 'Filters a channel', fallback: 1, max: 1024 }),
    ...windowOptions(2),
    ...endOptions,
  },
  faults({ x }, options, report) {
    if (!requireKnown(x, 1, 'x', report)) return;
    const groups = known(x.shape[1]);
    checkConvolution(x, { ...options, groups, filters: groups * options.multiplier }, report);
  },
  lower(scope, { x }, options) {
    const groups = known(shapeOf(x)[1]);
    return lowerConvolution(scope, x, { ...options, groups, filters: groups * options.multiplier });
  },
});
