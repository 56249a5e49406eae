// Negative log-likelihoods and the Kullback–Leibler divergence, as PyTorch's losses of those names.
import { EngineError } from '../../ir/diagnostic.js';
import { shapeOf } from '../../ops/valueTypes.js';
import { flag, number, optionalInteger } from '../options.js';
import { classAxisOf, isDistribution, maskIgnored, matchTarget } from '../targets.js';
import { pick } from './crossEntropy.js';
import { defineLoss } from './defineLoss.js';
import { logSoftmax } from './logSumExp.js';

/** −log p of the target class (of a distribution t: −Σ t·log p), for predictions that are log-probabilities already. */
export const negativeLogLikelihood = defineLoss({
  type: 'negativeLogLikelihood',
  title: 'Negative log-likelihood',
  description: 'For models that end in log-softmax.',
  options: { ignoreIndex: optionalInteger('Target that does not count') },
  target: 'classIndex',
  mixedTarget: 'distribution',
  perExample({ emit, prediction, target, options }) {
    const axis = classAxisOf(prediction);
    if (isDistribution(target, prediction))
      return { loss: emit.neg(emit.reduceSum(emit.mul(target, prediction), [axis])) };
    const { index, counts } = maskIgnored(emit, target, options.ignoreIndex, prediction);
    return { loss: emit.neg(emit.squeeze(pick(emit, prediction, index, axis), [axis])), weight: counts };
  },
});

/** Σ over classes of t·(log t − log q), t the target distribution; q = softmax of the prediction, or its exponential. */
export const kullbackLeibler = defineLoss({
  type: 'kullbackLeibler',
  title: 'Kullback–Leibler divergence',
  description: 'How far the predicted distribution is from the target distribution.',
  options: { logits: flag(true, 'The model gives logits, not log-probabilities') },
  target: 'sameAsPrediction',
  perExample({ emit, prediction, target, options }) {
    const axis = classAxisOf(prediction);
    const logQ = options.logits ? logSoftmax(emit, prediction, axis) : prediction;
    // 0·log 0 is 0: the logarithm is taken of at least the smallest normal number.
    const logT = emit.log(emit.max(target, 1.2e-38));
    return { loss: emit.reduceSum(emit.mul(target, emit.sub(logT, logQ)), [axis]) };
  },
});

/** exp z − y·z for counts y, z the logarithm of the rate; with `logInput` false, z − y·log(z + ε). */
export const poissonNegativeLogLikelihood = defineLoss({
  type: 'poissonNegativeLogLikelihood',
  title: 'Poisson',
  description: 'For counts.',
  options: {
    logInput: flag(true, 'The model gives the logarithm of the rate'),
    epsilon: number(1e-8, 'ε, added to the rate', { minimum: 0 }),
  },
  target: 'sameAsPrediction',
  perExample({ emit, prediction, target, options }) {
    const counts = matchTarget(emit, target, prediction, 'Loss poissonNegativeLogLikelihood');
    const logRate = options.logInput ? prediction : emit.log(emit.add(prediction, options.epsilon));
    const rate = options.logInput ? emit.exp(prediction) : prediction;
    return { loss: emit.sub(rate, emit.mul(counts, logRate)) };
  },
});

/** The prediction [B, 2·D] holds means and variances: ½·(log v + (m − y)² / v), v at least ε (Nix & Weigend 1994). */
export const gaussianNegativeLogLikelihood = defineLoss({
  type: 'gaussianNegativeLogLikelihood',
  title: 'Gaussian',
  description: 'For numbers with their uncertainty: the model gives means, then variances.',
  options: { epsilon: number(1e-6, 'Smallest variance', { above: 0 }) },
  target: 'sameAsPrediction',
  perExample({ emit, prediction, target, options }) {
    const axis = classAxisOf(prediction);
    const width = shapeOf(prediction)[axis];
    if (typeof width !== 'number' || width % 2 !== 0)
      throw new EngineError(
        'loss.gaussian',
        `Loss gaussianNegativeLogLikelihood: the last axis must hold means, then as many variances, got ${String(width)}`,
      );
    const [mean, given] = emit.split(prediction, [width / 2, width / 2], axis);
    const variance = emit.max(given!, options.epsilon);
    const error = emit.sub(mean!, matchTarget(emit, target, mean!, 'Loss gaussianNegativeLogLikelihood'));
    return { loss: emit.mul(emit.add(emit.log(variance), emit.div(emit.square(error), variance)), 0.5) };
  },
});
