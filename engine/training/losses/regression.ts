// Losses on the difference between prediction and target: squared, absolute and what lies between.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { number } from '../options.js';
import { matchTarget } from '../targets.js';
import { defineLoss, type LossContext } from './defineLoss.js';

function difference({ emit, prediction, target }: LossContext<unknown>, type: string): Value {
  return emit.sub(prediction, matchTarget(emit, target, prediction, `Loss ${type}`));
}

/** (p − y)². */
export const meanSquaredError = defineLoss({
  type: 'meanSquaredError',
  title: 'Mean squared error',
  description: 'The usual loss for numbers; large errors count most.',
  options: {},
  target: 'sameAsPrediction',
  perExample: (context) => ({ loss: context.emit.square(difference(context, 'meanSquaredError')) }),
});

/** |p − y|. */
export const meanAbsoluteError = defineLoss({
  type: 'meanAbsoluteError',
  title: 'Mean absolute error',
  description: 'Errors count by their size; outliers weigh less than in the squared error.',
  options: {},
  target: 'sameAsPrediction',
  perExample: (context) => ({ loss: context.emit.abs(difference(context, 'meanAbsoluteError')) }),
});

/** With c = min(|d|, δ): c·(|d| − c / 2), which is d² / 2 inside ±δ and δ·(|d| − δ / 2) outside. */
function huberOf(emit: Emit, distance: Value, delta: number): Value {
  const capped = emit.min(distance, delta);
  return emit.mul(capped, emit.sub(distance, emit.mul(capped, 0.5)));
}

/** Huber 1964: d² / 2 for |d| ≤ δ, else δ·(|d| − δ / 2). */
export const huber = defineLoss({
  type: 'huber',
  title: 'Huber',
  description: 'Squared for small errors, absolute for large ones.',
  options: { delta: number(1, 'Where it turns from squared to absolute', { above: 0 }) },
  target: 'sameAsPrediction',
  perExample(context) {
    const { emit, options } = context;
    return { loss: huberOf(emit, emit.abs(difference(context, 'huber')), options.delta) };
  },
});

/** Huber divided by β (Girshick 2015): d² / (2β) for |d| < β, else |d| − β / 2. */
export const smoothL1 = defineLoss({
  type: 'smoothL1',
  title: 'Smooth L1',
  description: 'The absolute error with its corner rounded off.',
  options: { beta: number(1, 'Width of the rounding', { above: 0 }) },
  target: 'sameAsPrediction',
  perExample(context) {
    const { emit, options } = context;
    const distance = emit.abs(difference(context, 'smoothL1'));
    return { loss: emit.mul(huberOf(emit, distance, options.beta), 1 / options.beta) };
  },
});

/** log cosh d = d + softplus(−2d) − log 2, which does not overflow for |d|. */
export const logCosh = defineLoss({
  type: 'logCosh',
  title: 'Log-cosh',
  description: 'Like Huber, smooth everywhere.',
  options: {},
  target: 'sameAsPrediction',
  perExample(context) {
    const { emit } = context;
    const d = difference(context, 'logCosh');
    const softplus = emit.node('Softplus', [emit.mul(d, -2)]);
    return { loss: emit.sub(emit.add(d, softplus), Math.LN2) };
  },
});
