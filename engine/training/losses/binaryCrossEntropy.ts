// Binary cross-entropy of logits, as `torch.nn.BCEWithLogitsLoss`.
import { number } from '../options.js';
import { matchTarget } from '../targets.js';
import { defineLoss } from './defineLoss.js';

/** softplus(z) − y·z without overflow; with positive weight p: (1 − y)·z + (1 + (p − 1)·y)·softplus(−z). */
export const binaryCrossEntropy = defineLoss({
  type: 'binaryCrossEntropy',
  title: 'Binary cross-entropy',
  description: 'For yes-or-no targets, one logit each; several may be true at once.',
  options: { positiveWeight: number(1, 'Weight of positive examples', { above: 0 }) },
  target: 'binary',
  mixedTarget: 'value',
  perExample({ emit, prediction, target, options }) {
    const truth = matchTarget(emit, target, prediction, 'Loss binaryCrossEntropy');
    if (options.positiveWeight === 1)
      return { loss: emit.sub(emit.node('Softplus', [prediction]), emit.mul(truth, prediction)) };
    const weight = emit.add(emit.mul(truth, options.positiveWeight - 1), 1);
    const softplus = emit.node('Softplus', [emit.neg(prediction)]);
    return { loss: emit.add(emit.mul(emit.sub(1, truth), prediction), emit.mul(weight, softplus)) };
  },
});
