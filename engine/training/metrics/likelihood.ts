// Metrics of predicted probability: log-loss, perplexity, bits per character.
import type { Value } from '../../ir/graph.js';
import { optionalInteger } from '../options.js';
import { lossOf } from '../losses/index.js';
import { isBinary } from './decision.js';
import { defineMetric, type MetricContext } from './defineMetric.js';
import { meanOf, weightedSums } from './weightedMean.js';

const options = { ignoreIndex: optionalInteger('Target that does not count') } as const;

/** Σ −w·log p(target) and Σ w, in nats; of one logit an element its sigmoid, else of the softmax. */
function likelihoodSums(context: MetricContext<{ readonly ignoreIndex: number | undefined }>): Value {
  const { emit, prediction, target, weight } = context;
  const binary = isBinary(prediction, target);
  const { loss, weight: counts } = lossOf(binary ? 'binaryCrossEntropy' : 'crossEntropy').perExample({
    ...context,
    options: binary ? {} : { ignoreIndex: context.options.ignoreIndex },
  });
  return weightedSums(emit, loss, weight, counts);
}

export const logLoss = defineMetric({
  type: 'logLoss',
  title: 'Log-loss',
  description: 'The mean of −log of the probability given to the truth, in nats.',
  higherIsBetter: false,
  options,
  update: likelihoodSums,
  finish: meanOf,
});

export const perplexity = defineMetric({
  type: 'perplexity',
  title: 'Perplexity',
  description: 'Among how many equally likely choices the model is left undecided.',
  higherIsBetter: false,
  options,
  update: likelihoodSums,
  finish: (sums) => Math.exp(meanOf(sums)),
});

export const bitsPerCharacter = defineMetric({
  type: 'bitsPerCharacter',
  title: 'Bits per character',
  description: 'The log-loss in bits.',
  higherIsBetter: false,
  options,
  update: likelihoodSums,
  finish: (sums) => meanOf(sums) / Math.LN2,
});
