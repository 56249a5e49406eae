// Stochastic gradient descent with momentum (Polyak 1964; Nesterov 1983; Sutskever et al. 2013), as PyTorch computes it.
import { flag, number } from '../options.js';
import { decayed, decayOptions, decayScalars, penalised } from './decay.js';
import { defineOptimizer } from './defineOptimizer.js';

/**
 * b ← μ·b + (1 − dampening)·g, the first b being g; w ← w − rate·b, or with Nesterov w − rate·(g + μ·b).
 */
export const sgd = defineOptimizer({
  type: 'sgd',
  title: 'SGD',
  description: 'Plain gradient descent, with momentum when asked for.',
  options: {
    momentum: number(0, 'Momentum', { minimum: 0, below: 1 }),
    dampening: number(0, 'Dampening', { minimum: 0, maximum: 1 }),
    nesterov: flag(false, 'Nesterov momentum'),
    ...decayOptions,
  },
  scope: 'elementwise',
  learningRate: 0.01,
  slots: ({ momentum }) => (momentum > 0 ? [{ name: 'momentum', initial: 0 }] : []),
  scalars: ({ step, learningRate, options }) => ({
    rate: learningRate,
    ...decayScalars(learningRate, options),
    ...(options.dampening > 0 && { inflow: step === 1 ? 1 : 1 - options.dampening }),
  }),
  update(context) {
    const { emit, slots, scalars, options } = context;
    const { momentum, dampening, nesterov } = options;
    const gradient = penalised(context);
    const parameter = decayed(context);
    const descend = (direction: typeof gradient) => emit.sub(parameter, emit.mul(direction, scalars.rate!));
    if (momentum === 0) return { parameter: descend(gradient), slots: {} };
    const inflow = dampening > 0 ? emit.mul(gradient, scalars.inflow!) : gradient;
    const velocity = emit.add(emit.mul(slots.momentum!, momentum), inflow);
    const direction = nesterov ? emit.add(gradient, emit.mul(velocity, momentum)) : velocity;
    return { parameter: descend(direction), slots: { momentum: velocity } };
  },
});
