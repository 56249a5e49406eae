// Dropout (Srivastava et al., 2014): in training, random inputs become zero and the rest grow.
import type { Value } from '../../ir/graph.js';
import { staticShapeOf } from '../../ops/valueTypes.js';
import { defineLayer } from '../defineLayer.js';
import { decimal } from '../options.js';
import type { LoweringScope } from '../scope.js';

export const rateOption = (fallback: number) =>
  decimal({ label: 'Rate', fallback, min: 0, max: 0.99, description: 'Share of the inputs that is dropped.' });

export const dropout = defineLayer({
  type: 'Dropout',
  title: 'Dropout',
  category: 'regularization',
  description: 'In training, each input is zero with this probability and the rest are scaled up; after, all pass.',
  inputs: ['x'],
  options: { rate: rateOption(0.5) },
  lower: (scope, { x }, { rate }) => lowerDropout(scope, x, rate),
});

/** y = x · mask / (1 − rate), the mask 0 with probability `rate`; drawn for the shape `noiseShape` (default: x's). */
export function lowerDropout(
  scope: LoweringScope,
  x: Value,
  rate: number,
  noiseShape?: (shape: readonly number[]) => readonly number[],
  name = 'mask',
): Value {
  if (!scope.training || rate === 0) return x;
  const { emit } = scope;
  const shape = staticShapeOf(x);
  const field = scope.random(name, 'uniform', noiseShape?.(shape) ?? shape);
  const kept = emit.greaterOrEqual(field, rate);
  return emit.mul(x, emit.where(kept, emit.scalar(1 / (1 - rate), x), 0));
}
