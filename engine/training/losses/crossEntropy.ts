// Cross-entropy of logits against class indices or distributions over the classes, as `torch.nn.CrossEntropyLoss`.
import { EngineError } from '../../ir/diagnostic.js';
import type { Value } from '../../ir/graph.js';
import { tensorOf } from '../../ir/tensor.js';
import type { Emit } from '../../ops/emit.js';
import { choice, number, optionalInteger, optionalNumbers } from '../options.js';
import { classAxisOf, classCountOf, isDistribution, maskIgnored } from '../targets.js';
import { defineLoss } from './defineLoss.js';
import { logSumExp } from './logSumExp.js';

/**
 * −log softmax(z)ₜ = log Σ exp z − zₜ, times the weight of class t. With label smoothing ε (Szegedy et al. 2016) the
 * target is (1 − ε)·onehot + ε / V. Σ weights divides the sum, as in PyTorch.
 *
 * A target of the prediction's shape is a distribution t: Σ over classes of −uᵢ·((1 − ε)·tᵢ + ε / V)·log softmax(z)ᵢ, and the
 * number of examples divides the sum, as in PyTorch.
 */
export const crossEntropy = defineLoss({
  type: 'crossEntropy',
  title: 'Cross-entropy',
  description: 'The usual loss for one class out of several; takes logits.',
  options: {
    classWeights: optionalNumbers('Weight of each class', { minimum: 0 }),
    labelSmoothing: number(0, 'Label smoothing', { minimum: 0, below: 1 }),
    ignoreIndex: optionalInteger('Target that does not count'),
    classAxis: choice(['last', 'channels'], 'last', 'Classes lie along'),
  },
  target: 'classIndex',
  mixedTarget: 'distribution',
  perExample({ emit, prediction, target, options }) {
    const axis = classAxisOf(prediction, options.classAxis);
    if (isDistribution(target, prediction))
      return { loss: againstDistribution(emit, prediction, target, axis, options) };
    const { index, counts } = maskIgnored(emit, target, options.ignoreIndex, prediction);
    const { shifted, logSum } = logSumExp(emit, prediction, axis);
    const plain = emit.squeeze(emit.sub(logSum, pick(emit, shifted, index, axis)), [axis]);
    const weights = classWeights(emit, prediction, axis, options.classWeights);
    const perClass = weights && emit.gather(weights, index);
    const weight = perClass && counts ? emit.mul(perClass, counts) : (perClass ?? counts);
    if (options.labelSmoothing === 0) return { loss: plain, weight };
    const smoothing = options.labelSmoothing;
    const smooth = smoothTerm(emit, shifted, logSum, axis, weights && { weights, perClass: perClass! });
    return { loss: emit.add(emit.mul(plain, 1 - smoothing), emit.mul(smooth, smoothing)), weight };
  },
});

interface DistributionOptions {
  readonly classWeights: readonly number[] | undefined;
  readonly labelSmoothing: number;
}

function againstDistribution(
  emit: Emit,
  prediction: Value,
  target: Value,
  axis: number,
  { classWeights: given, labelSmoothing }: DistributionOptions,
): Value {
  const { shifted, logSum } = logSumExp(emit, prediction, axis);
  const losses = emit.sub(logSum, shifted);
  const weights = classWeights(emit, prediction, axis, given);
  const smooth =
    labelSmoothing === 0
      ? target
      : emit.add(
          emit.mul(target, 1 - labelSmoothing),
          labelSmoothing / classCountOf(prediction, axis, 'Loss crossEntropy'),
        );
  const weighted = weights ? emit.mul(smooth, emit.unsqueeze(weights, trailingAxes(prediction, axis))) : smooth;
  return emit.reduceSum(emit.mul(weighted, losses), [axis]);
}

function trailingAxes(prediction: Value, axis: number): number[] {
  return Array.from({ length: (prediction.shape?.length ?? 0) - 1 - axis }, (_, offset) => offset + 1);
}

/** The element of each row along `axis` that `index` (of the shape without that axis) names; the axis is kept with size 1. */
export function pick(emit: Emit, x: Value, index: Value, axis: number): Value {
  return emit.node('GatherElements', [x, emit.unsqueeze(index, [axis])], { axis });
}

/** −mean over classes of log softmax; with class weights −Σ u·log softmax / (V·uₜ), since the mean multiplies by uₜ again. */
function smoothTerm(
  emit: Emit,
  shifted: Value,
  logSum: Value,
  axis: number,
  weighted: { readonly weights: Value; readonly perClass: Value } | undefined,
): Value {
  const losses = emit.sub(logSum, shifted);
  if (!weighted) return emit.reduceMean(losses, [axis]);
  const aligned = emit.unsqueeze(weighted.weights, trailingAxes(shifted, axis));
  const mean = emit.reduceMean(emit.mul(losses, aligned), [axis]);
  return emit.div(mean, emit.max(weighted.perClass, 1e-12));
}

/** The class weights as a constant vector [V]. Throws `loss.classWeights` where their number is not that of the classes. */
function classWeights(
  emit: Emit,
  prediction: Value,
  axis: number,
  weights: readonly number[] | undefined,
): Value | undefined {
  if (!weights) return undefined;
  const count = classCountOf(prediction, axis, 'Loss crossEntropy');
  if (weights.length !== count)
    throw new EngineError(
      'loss.classWeights',
      `Loss crossEntropy: classWeights must have one number a class, ${count}, got ${weights.length}`,
      { port: 'classWeights' },
    );
  return emit.constant(tensorOf('float32', [count], weights), 'classWeights');
}
