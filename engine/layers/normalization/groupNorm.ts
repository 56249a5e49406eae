// GroupNorm (Wu and He, 2018): mean 0 and variance 1 over groups of channels of every example.
import { sizeOf } from '../../ir/shape.js';
import { shapeOf } from '../../ops/valueTypes.js';
import { defineLayer } from '../defineLayer.js';
import { known, requireKnownShape } from '../faults.js';
import { whole } from '../options.js';
import { affineOption, affineParameters, alongChannels, epsilonOption } from './statistics.js';

export const groupNorm = defineLayer({
  type: 'GroupNorm',
  title: 'Group normalisation',
  category: 'normalization',
  description: 'Mean 0 and variance 1 over groups of channels of every example, whatever the batch.',
  inputs: ['x'],
  accepts: { x: { rank: [3, 5] } },
  options: {
    groups: whole({ label: 'Groups', fallback: 8, max: 65536 }),
    epsilon: epsilonOption(),
    affine: affineOption,
  },
  faults({ x }, { groups }, report) {
    if (!requireKnownShape(x, 'x', report)) return;
    const channels = known(x.shape[1]);
    if (channels % groups) report('groups', `groups must divide the ${channels} channels, got ${groups}`);
  },
  // Groups become the channels of an instance norm, which every backend computes in one kernel.
  lower(scope, { x }, { groups, epsilon, affine }) {
    const { emit } = scope;
    const sizes = shapeOf(x).slice(1).map(known);
    const grouped = emit.reshape(x, [0, groups, sizeOf(sizes) / groups]);
    const scale = emit.full([groups], 1);
    const offset = emit.full([groups], 0);
    const normal = emit.node('InstanceNormalization', [grouped, scale, offset], { epsilon });
    const y = emit.reshape(normal, [0, ...sizes]);
    const learned = affineParameters(scope, [sizes[0]!], affine);
    if (!learned) return y;
    return emit.add(emit.mul(y, alongChannels(emit, learned.weight, x)), alongChannels(emit, learned.bias, x));
  },
});
