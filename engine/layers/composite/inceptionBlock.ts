// Inception block (Szegedy et al., 2015): convolutions of several sizes side by side.
import type { Value } from '../../ir/graph.js';
import { lowerConvolution } from '../convolution/convolve.js';
import { defineLayer } from '../defineLayer.js';
import { requireKnown } from '../faults.js';
import { whole } from '../options.js';

const filters = (label: string, fallback: number) => whole({ label, fallback, max: 65536 });

export const inceptionBlock = defineLayer({
  type: 'InceptionBlock',
  title: 'Inception block',
  category: 'composite',
  description: 'Four branches joined along the channels: 1×1; 1×1 then 3×3; 1×1 then 5×5; max pool then 1×1.',
  inputs: ['x'],
  accepts: { x: { rank: 4 } },
  options: {
    filters1: filters('Filters 1×1', 16),
    reduce3: filters('Reduction before 3×3', 16),
    filters3: filters('Filters 3×3', 32),
    reduce5: filters('Reduction before 5×5', 8),
    filters5: filters('Filters 5×5', 16),
    filtersPool: filters('Filters after the pool', 16),
  },
  faults: ({ x }, _options, report) => void requireKnown(x, 1, 'x', report),
  lower(scope, { x }, options) {
    const { emit } = scope;
    const convolve = (name: string, input: Value, count: number, kernel: number): Value =>
      scope.within(name, (part) =>
        lowerConvolution(part, input, { filters: count, kernel, padding: 'same', activation: 'relu' }),
      );
    const pooled = emit.node('MaxPool', [x], { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] });
    const branches = [
      convolve('branch1', x, options.filters1, 1),
      convolve('branch3', convolve('reduce3', x, options.reduce3, 1), options.filters3, 3),
      convolve('branch5', convolve('reduce5', x, options.reduce5, 1), options.filters5, 5),
      convolve('branchPool', pooled, options.filtersPool, 1),
    ];
    return emit.concat(branches, 1);
  },
});
