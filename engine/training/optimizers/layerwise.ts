// Optimizers for large batches that scale each tensor's step by the length of its weights: LARS (You, Gitman & Ginsburg
// 2017) and LAMB (You et al. 2020). Vectors (biases, norms) are not scaled, as the papers' code does.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { rankOf } from '../../ops/valueTypes.js';
import { flag, number } from '../options.js';
import { decayOptions, decayScalars, decoupledBy, penalised } from './decay.js';
import { defineOptimizer } from './defineOptimizer.js';
import { correctionsAt, momentOptions, momentSlots, nextMean, nextSquare } from './moments.js';

/** Where both lengths are above 0 `factor`·‖w‖ / length, else 1. */
function trustRatio(emit: Emit, weights: Value, length: Value, factor: number): Value {
  const weightLength = lengthOf(emit, weights);
  const both = emit.and(emit.greater(weightLength, 0), emit.greater(length, 0));
  const ratio = emit.div(weightLength, emit.max(length, 1e-38));
  return emit.where(both, factor === 1 ? ratio : emit.mul(ratio, factor), 1);
}

function lengthOf(emit: Emit, x: Value): Value {
  return emit.sqrt(emit.reduceSum(emit.square(x)));
}

const adaptVectors = flag(false, 'Scale biases and norms too');

/** λ = trust·‖w‖ / (‖g‖ + wd·‖w‖ + ε); b ← μ·b + rate·λ·(g + wd·w); w ← w − b. */
export const lars = defineOptimizer({
  type: 'lars',
  title: 'LARS',
  description: 'Momentum whose steps are a fixed share of each layer’s weights; for large batches.',
  options: {
    momentum: number(0.9, 'Momentum', { minimum: 0, below: 1 }),
    trust: number(0.001, 'Share of the weights a step', { above: 0 }),
    epsilon: number(1e-8, 'ε, added to the length', { minimum: 0 }),
    adaptVectors,
    weightDecay: decayOptions.weightDecay,
    l1: decayOptions.l1,
  },
  scope: 'tensor',
  learningRate: 1,
  slots: () => [{ name: 'momentum', initial: 0 }],
  scalars: ({ learningRate }) => ({ rate: learningRate }),
  update(context) {
    const { emit, parameter, slots, scalars, options } = context;
    const penalties = { ...options, decay: 'coupled' } as const;
    const gradient = penalised({ ...context, options: { ...penalties, weightDecay: 0 } });
    const direction = penalised({ ...context, options: penalties });
    const adapts = options.adaptVectors || rankOf(parameter) > 1;
    const decayLength = emit.mul(lengthOf(emit, parameter), options.weightDecay);
    const length = emit.add(emit.add(lengthOf(emit, gradient), decayLength), options.epsilon);
    const rate = adapts ? emit.mul(scalars.rate!, trustRatio(emit, parameter, length, options.trust)) : scalars.rate!;
    const velocity = emit.add(emit.mul(slots.momentum!, options.momentum), emit.mul(direction, rate));
    return { parameter: emit.sub(parameter, velocity), slots: { momentum: velocity } };
  },
});

/** r = m̂ / (√v̂ + ε) + wd·w; w ← w − rate·‖w‖ / ‖r‖·r. */
export const lamb = defineOptimizer({
  type: 'lamb',
  title: 'LAMB',
  description: 'Adam whose steps are scaled to each layer’s weights; for large batches.',
  options: {
    ...momentOptions,
    epsilon: number(1e-6, momentOptions.epsilon.title, { minimum: 0 }),
    adaptVectors,
    ...decoupledBy(0.01),
  },
  scope: 'tensor',
  learningRate: 0.001,
  slots: () => momentSlots,
  scalars: ({ step, learningRate, options }) => {
    const { correction1, meanScale, rootScale, epsilon } = correctionsAt(step, options);
    return {
      rate: learningRate,
      ratioScale: (meanScale * rootScale) / correction1,
      epsilon,
      ...decayScalars(learningRate, { ...options, weightDecay: 0 }),
    };
  },
  update(context) {
    const { emit, parameter, slots, scalars, options } = context;
    const gradient = penalised(context);
    const mean = nextMean(emit, slots.mean!, gradient, options.beta1);
    const square = nextSquare(emit, slots.square!, gradient, options.beta2);
    const ratio = emit.div(mean, emit.add(emit.sqrt(square), scalars.epsilon!));
    const scaled = emit.mul(ratio, scalars.ratioScale!);
    const decays = options.weightDecay > 0 && options.decay === 'decoupled';
    const direction = decays ? emit.add(scaled, emit.mul(parameter, options.weightDecay)) : scaled;
    const adapts = options.adaptVectors || rankOf(parameter) > 1;
    const rate = adapts
      ? emit.mul(scalars.rate!, trustRatio(emit, parameter, lengthOf(emit, direction), 1))
      : scalars.rate!;
    return { parameter: emit.sub(parameter, emit.mul(direction, rate)), slots: { mean, square } };
  },
});
