// SeparableConv2d: a depthwise convolution, then one of kernel 1 that mixes the channels.
import { shapeOf } from '../../ops/valueTypes.js';
import { defineLayer } from '../defineLayer.js';
import { known, requireKnown } from '../faults.js';
import { whole } from '../options.js';
import { checkConvolution, lowerConvolution } from './convolve.js';
import { endOptions, filtersOption, windowOptions } from './convolutionOptions.js';

export const separableConv2d = defineLayer({
  type: 'SeparableConv2d',
  title: 'Separable convolution 2-d',
  category: 'convolution',
  description: 'A depthwise convolution followed by one of kernel 1: far fewer weights than a full one.',
  inputs: ['x'],
  accepts: { x: { rank: 4 } },
  options: {
    filters: filtersOption,
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
    const { filters, multiplier, bias, activation, initializer, weightNorm, ...window } = options;
    const groups = known(shapeOf(x)[1]);
    const spread = scope.within('depthwise', (part) =>
      lowerConvolution(part, x, {
        ...window,
        groups,
        filters: groups * multiplier,
        bias: false,
        initializer,
        weightNorm,
      }),
    );
    return scope.within('pointwise', (part) =>
      lowerConvolution(part, spread, { filters, kernel: 1, bias, activation, initializer, weightNorm }),
    );
  },
});
