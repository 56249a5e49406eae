// Dense: every output is a weighted sum of all inputs.
import { activationOption, emitActivation } from '../activation/activations.js';
import { defineLayer } from '../defineLayer.js';
import { initializerOption } from '../initialization.js';
import { flag, whole } from '../options.js';
import { requireKnown } from '../faults.js';
import { lowerAffine } from './affine.js';

export const dense = defineLayer({
  type: 'Dense',
  title: 'Dense',
  category: 'linear',
  description: 'Every output is a weighted sum of all inputs of the last axis, plus a bias.',
  inputs: ['x'],
  accepts: { x: { rank: [2, 8] } },
  options: {
    units: whole({ label: 'Units', max: 65536, description: 'Size of the last axis of the output.' }),
    activation: activationOption,
    bias: flag({ label: 'Bias', fallback: true }),
    initializer: initializerOption,
    weightNorm: flag({ label: 'Weight normalisation', fallback: false }),
  },
  faults: ({ x }, _options, report) => void requireKnown(x, -1, 'x', report),
  // y = activation(x·Wᵀ + b)
  lower: (scope, { x }, options) => emitActivation(scope.emit, lowerAffine(scope, x, options), options.activation),
});
