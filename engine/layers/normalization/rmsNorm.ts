// RMSNorm (Zhang and Sennrich, 2019): x divided by its root mean square over the last axis.
import { shapeOf } from '../../ops/valueTypes.js';
import { defineLayer } from '../defineLayer.js';
import { known, requireKnown } from '../faults.js';
import { oneInitializer } from '../initialization.js';
import { flag } from '../options.js';
import { epsilonOption } from './statistics.js';

export const rmsNorm = defineLayer({
  type: 'RmsNorm',
  title: 'RMS normalisation',
  category: 'normalization',
  description: 'Divides by the root mean square over the last axis; no mean is subtracted.',
  inputs: ['x'],
  accepts: { x: { rank: [2, 8] } },
  options: { epsilon: epsilonOption(1e-6), affine: flag({ label: 'Learned scale', fallback: true }) },
  faults: ({ x }, _options, report) => void requireKnown(x, -1, 'x', report),
  // y = x / √(mean x² + ε) · w
  lower(scope, { x }, { epsilon, affine }) {
    const { emit } = scope;
    const mean = emit.reduceMean(emit.square(x), [shapeOf(x).length - 1], true);
    const y = emit.div(x, emit.sqrt(emit.add(mean, epsilon)));
    if (!affine) return y;
    const shape = [known(shapeOf(x).at(-1))];
    return emit.mul(y, scope.parameter('weight', { shape, initializer: oneInitializer, decay: false }));
  },
});
