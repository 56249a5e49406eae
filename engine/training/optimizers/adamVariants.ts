// Relatives of Adam: NAdam (Dozat 2016), RAdam (Liu et al. 2020), Adamax (Kingma & Ba 2015), as PyTorch computes them.
import { number } from '../options.js';
import { decayed, decayOptions, decayScalars, penalised } from './decay.js';
import { defineOptimizer } from './defineOptimizer.js';
import { correctionsAt, momentOptions, momentSlots, nextMean, nextSquare } from './moments.js';

/** μₜ = β₁·(1 − ½·0.96^(t·ψ)) and Π μ up to t; below 1e-17 the product no longer changes 1 − Π. */
function momentumSchedule(step: number, beta1: number, decay: number) {
  const at = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** (t * decay));
  let product = 1;
  for (let t = 1; t <= step && product > 1e-17; t++) product *= at(t);
  return { current: at(step), next: at(step + 1), product };
}

/** w ← w − rate·((1 − μₜ)/(1 − Πμ)·g + μₜ₊₁/(1 − Πμ·μₜ₊₁)·m) / (√v̂ + ε). */
export const nadam = defineOptimizer({
  type: 'nadam',
  title: 'NAdam',
  description: 'Adam with Nesterov momentum.',
  options: {
    ...momentOptions,
    momentumDecay: number(0.004, 'ψ, how fast momentum warms up', { minimum: 0 }),
    ...decayOptions,
  },
  scope: 'elementwise',
  learningRate: 0.002,
  slots: () => momentSlots,
  scalars: ({ step, learningRate, options }) => {
    const { meanScale, rootScale, epsilon } = correctionsAt(step, options);
    const { current, next, product } = momentumSchedule(step, options.beta1, options.momentumDecay);
    return {
      gradientRate: (learningRate * (1 - current) * rootScale) / (1 - product),
      meanRate: (learningRate * next * meanScale * rootScale) / (1 - product * next),
      epsilon,
      ...decayScalars(learningRate, options),
    };
  },
  update(context) {
    const { emit, slots, scalars, options } = context;
    const gradient = penalised(context);
    const mean = nextMean(emit, slots.mean!, gradient, options.beta1);
    const square = nextSquare(emit, slots.square!, gradient, options.beta2);
    const direction = emit.add(emit.mul(gradient, scalars.gradientRate!), emit.mul(mean, scalars.meanRate!));
    const taken = emit.div(direction, emit.add(emit.sqrt(square), scalars.epsilon!));
    return { parameter: emit.sub(decayed(context), taken), slots: { mean, square } };
  },
});

/**
 * With ρ∞ = 2 / (1 − β₂) − 1 and ρₜ = ρ∞ − 2t·β₂ᵗ / (1 − β₂ᵗ): where ρₜ > 5 an Adam step times the rectification, else
 * rate·m̂. Both are m̂·(adaptive / (√v + ε) + plain), one of the two scalars being 0.
 */
export const radam = defineOptimizer({
  type: 'radam',
  title: 'RAdam',
  description: 'Adam that waits with adapting until the variance is known.',
  options: { ...momentOptions, ...decayOptions },
  scope: 'elementwise',
  learningRate: 0.001,
  slots: () => momentSlots,
  scalars: ({ step, learningRate, options }) => {
    const { correction1, correction2, meanScale } = correctionsAt(step, options);
    const limit = 2 / (1 - options.beta2) - 1;
    const length = limit - (2 * step * options.beta2 ** step) / correction2;
    const rate = (learningRate * meanScale) / correction1;
    const rectification =
      length > 5 ? Math.sqrt(((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length)) : 0;
    const rootOfSquare = Math.sqrt(1 - options.beta2);
    return {
      adaptive: (rate * rectification * Math.sqrt(correction2)) / rootOfSquare,
      plain: length > 5 ? 0 : rate,
      epsilon: options.epsilon / rootOfSquare,
      ...decayScalars(learningRate, options),
    };
  },
  update(context) {
    const { emit, slots, scalars, options } = context;
    const gradient = penalised(context);
    const mean = nextMean(emit, slots.mean!, gradient, options.beta1);
    const square = nextSquare(emit, slots.square!, gradient, options.beta2);
    const adaptive = emit.div(scalars.adaptive!, emit.add(emit.sqrt(square), scalars.epsilon!));
    const taken = emit.mul(mean, emit.add(adaptive, scalars.plain!));
    return { parameter: emit.sub(decayed(context), taken), slots: { mean, square } };
  },
});

/** u ← max(β₂·u, |g| + ε); w ← w − rate / (1 − β₁ᵗ)·m / u. */
export const adamax = defineOptimizer({
  type: 'adamax',
  title: 'Adamax',
  description: 'Adam with the largest gradient in place of the root mean square.',
  options: { ...momentOptions, ...decayOptions },
  scope: 'elementwise',
  learningRate: 0.002,
  slots: () => [
    { name: 'mean', initial: 0 },
    { name: 'largest', initial: 0 },
  ],
  scalars: ({ step, learningRate, options }) => {
    const { correction1, meanScale } = correctionsAt(step, options);
    return { rate: (learningRate * meanScale) / correction1, ...decayScalars(learningRate, options) };
  },
  update(context) {
    const { emit, slots, scalars, options } = context;
    const gradient = penalised(context);
    const mean = nextMean(emit, slots.mean!, gradient, options.beta1);
    const size = emit.add(emit.abs(gradient), options.epsilon);
    const largest = emit.max(emit.mul(slots.largest!, options.beta2), size);
    const taken = emit.mul(emit.div(mean, largest), scalars.rate!);
    return { parameter: emit.sub(decayed(context), taken), slots: { mean, largest } };
  },
});
