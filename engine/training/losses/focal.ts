// Focal loss (Lin et al. 2017): cross-entropy that looks away from what is already right.
import { number, optionalNumber } from '../options.js';
import { classAxisOf, matchTarget } from '../targets.js';
import { rankOf } from '../../ops/valueTypes.js';
import { pick } from './crossEntropy.js';
import { defineLoss } from './defineLoss.js';
import { logSoftmax } from './logSumExp.js';

/**
 * −αₜ·(1 − pₜ)^γ·log pₜ. Against class indices p is the softmax and α is left out of it; against 0/1 targets of the
 * prediction's rank p is the sigmoid, and α weighs the positives, 1 − α the rest (as torchvision's sigmoid_focal_loss).
 */
export const focal = defineLoss({
  type: 'focal',
  title: 'Focal',
  description: 'For rare classes: examples that are already right count little.',
  options: {
    gamma: number(2, 'γ, how fast easy examples fade', { minimum: 0 }),
    alpha: optionalNumber('α, weight of the positive class', { minimum: 0, maximum: 1 }),
  },
  target: 'classIndex',
  perExample({ emit, prediction, target, options }) {
    const weighted = (logP: typeof prediction) => {
      const missing = emit.sub(1, emit.exp(logP));
      return emit.neg(emit.mul(emit.pow(emit.max(missing, 1e-7), options.gamma), logP));
    };
    if (rankOf(target) < rankOf(prediction)) {
      const axis = classAxisOf(prediction);
      return { loss: weighted(emit.squeeze(pick(emit, logSoftmax(emit, prediction, axis), target, axis), [axis])) };
    }
    const truth = matchTarget(emit, target, prediction, 'Loss focal');
    const sign = emit.sub(emit.mul(truth, 2), 1);
    const loss = weighted(emit.neg(emit.node('Softplus', [emit.neg(emit.mul(sign, prediction))])));
    if (options.alpha === undefined) return { loss };
    const alpha = emit.add(emit.mul(truth, 2 * options.alpha - 1), 1 - options.alpha);
    return { loss: emit.mul(alpha, loss) };
  },
});
