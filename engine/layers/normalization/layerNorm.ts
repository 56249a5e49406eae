// LayerNorm (Ba, Kiros and Hinton, 2016): every example by itself, over its last axes.
import type { Value } from '../../ir/graph.js';
import { shapeOf } from '../../ops/valueTypes.js';
import { defineLayer } from '../defineLayer.js';
import { known, requireKnown } from '../faults.js';
import { whole } from '../options.js';
import type { LoweringScope } from '../scope.js';
import { affineOption, affineParameters, epsilonOption } from './statistics.js';

export const layerNorm = defineLayer({
  type: 'LayerNorm',
  title: 'Layer normalisation',
  category: 'normalization',
  description: 'Mean 0 and variance 1 over the last axes of every example.',
  inputs: ['x'],
  accepts: { x: { rank: [2, 8] } },
  options: {
    axes: whole({ label: 'Axes', fallback: 1, max: 7, description: 'How many of the last axes.' }),
    epsilon: epsilonOption(),
    affine: affineOption,
  },
  faults({ x }, { axes }, report) {
    const { length } = x.shape;
    if (axes >= length) report('axes', `axes must be at most the ${length - 1} of an example, got ${axes}`);
    else for (let axis = length - axes; axis < length; axis++) requireKnown(x, axis, 'x', report);
  },
  lower: (scope, { x }, options) => lowerLayerNorm(scope, x, options),
});

export function lowerLayerNorm(
  scope: LoweringScope,
  x: Value,
  { axes = 1, epsilon = 1e-5, affine = true }: { axes?: number; epsilon?: number; affine?: boolean } = {},
): Value {
  const { emit } = scope;
  const shape = shapeOf(x).slice(-axes).map(known);
  const learned = affineParameters(scope, shape, affine);
  const scale = learned?.weight ?? emit.full(shape, 1);
  return emit.node('LayerNormalization', [x, scale, learned?.bias], { axis: -axes, epsilon });
}
