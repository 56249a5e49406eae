// InstanceNorm (Ulyanov, Vedaldi and Lempitsky, 2016): every channel of every example by itself.
import { shapeOf } from '../../ops/valueTypes.js';
import { defineLayer } from '../defineLayer.js';
import { known, requireKnown } from '../faults.js';
import { affineOption, affineParameters, epsilonOption } from './statistics.js';

export const instanceNorm = defineLayer({
  type: 'InstanceNorm',
  title: 'Instance normalisation',
  category: 'normalization',
  description: 'Mean 0 and variance 1 over the spatial axes of every channel of every example.',
  inputs: ['x'],
  accepts: { x: { rank: [3, 5] } },
  options: { epsilon: epsilonOption(), affine: affineOption },
  faults: ({ x }, _options, report) => void requireKnown(x, 1, 'x', report),
  lower(scope, { x }, { epsilon, affine }) {
    const { emit } = scope;
    const channels = known(shapeOf(x)[1]);
    const learned = affineParameters(scope, [channels], affine);
    const scale = learned?.weight ?? emit.full([channels], 1);
    const offset = learned?.bias ?? emit.full([channels], 0);
    return emit.node('InstanceNormalization', [x, scale, offset], { epsilon });
  },
});
