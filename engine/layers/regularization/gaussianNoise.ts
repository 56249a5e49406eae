// GaussianNoise: in training, normal noise is added.
import { staticShapeOf } from '../../ops/valueTypes.js';
import { defineLayer } from '../defineLayer.js';
import { decimal } from '../options.js';

export const gaussianNoise = defineLayer({
  type: 'GaussianNoise',
  title: 'Gaussian noise',
  category: 'regularization',
  description: 'In training, normal noise of this deviation is added; after, inputs pass unchanged.',
  inputs: ['x'],
  options: { deviation: decimal({ label: 'Standard deviation', fallback: 0.1, min: 0, max: 1e6 }) },
  lower(scope, { x }, { deviation }) {
    if (!scope.training || deviation === 0) return x;
    const { emit } = scope;
    return emit.add(x, emit.mul(scope.random('noise', 'normal', staticShapeOf(x)), deviation));
  },
});
