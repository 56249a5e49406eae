// Shares of right answers: accuracy and top-k accuracy.
import { integer, number, optionalInteger } from '../options.js';
import { classAxisOf, maskIgnored } from '../targets.js';
import { pick } from '../losses/crossEntropy.js';
import { decide } from './decision.js';
import { defineMetric } from './defineMetric.js';
import { meanOf, weightedSums } from './weightedMean.js';

const ignoreIndex = optionalInteger('Target that does not count');

export const accuracy = defineMetric({
  type: 'accuracy',
  title: 'Accuracy',
  description: 'Share of right answers.',
  higherIsBetter: true,
  options: { threshold: number(0.5, 'Probability that means yes', { above: 0, below: 1 }), ignoreIndex },
  update({ emit, prediction, target, weight, options }) {
    const { predicted, truth, counts } = decide(emit, prediction, target, options);
    return weightedSums(emit, emit.indicator(emit.equal(predicted, truth), prediction), weight, counts);
  },
  finish: meanOf,
});

/** Right where fewer than k logits are not at most the target's (a NaN logit counts as larger). */
export const topK = defineMetric({
  type: 'topK',
  title: 'Top-k accuracy',
  description: 'Share of examples whose class is among the k most likely.',
  higherIsBetter: true,
  options: { k: integer(5, 'k', { minimum: 1 }), ignoreIndex },
  update({ emit, prediction, target, weight, options }) {
    const axis = classAxisOf(prediction);
    const { index, counts } = maskIgnored(emit, target, options.ignoreIndex, prediction);
    const above = emit.not(emit.lessOrEqual(prediction, pick(emit, prediction, index, axis)));
    const rank = emit.reduceSum(emit.indicator(above, prediction), [axis]);
    return weightedSums(emit, emit.indicator(emit.less(rank, options.k), prediction), weight, counts);
  },
  finish: meanOf,
});
