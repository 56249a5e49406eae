// Adagrad (Duchi, Hazan & Singer 2011), Adadelta (Zeiler 2012) and RMSprop (Tieleman & Hinton 2012), as PyTorch computes them.
import { flag, number } from '../options.js';
import { decayed, decayOptions, decayScalars, penalised } from './decay.js';
import { defineOptimizer } from './defineOptimizer.js';

/** s ← s + g²; w ← w − rate / (1 + (t − 1)·rateDecay) · g / (√s + ε). */
export const adagrad = defineOptimizer({
  type: 'adagrad',
  title: 'Adagrad',
  description: 'Steps shrink with the sum of squared gradients; good for sparse ones.',
  options: {
    rateDecay: number(0, 'Decay of the rate a step', { minimum: 0 }),
    initialSum: number(0, 'Sum at the start', { minimum: 0 }),
    epsilon: number(1e-10, 'ε, added to the root', { minimum: 0 }),
    ...decayOptions,
  },
  scope: 'elementwise',
  learningRate: 0.01,
  slots: ({ initialSum }) => [{ name: 'sum', initial: initialSum }],
  scalars: ({ step, learningRate, options }) => ({
    rate: learningRate / (1 + (step - 1) * options.rateDecay),
    ...decayScalars(learningRate, options),
  }),
  update(context) {
    const { emit, slots, scalars, options } = context;
    const gradient = penalised(context);
    const sum = emit.add(slots.sum!, emit.square(gradient));
    const scaled = emit.div(gradient, emit.add(emit.sqrt(sum), options.epsilon));
    return { parameter: emit.sub(decayed(context), emit.mul(scaled, scalars.rate!)), slots: { sum } };
  },
});

/** s ← ρ·s + (1 − ρ)·g²; δ = √(d + ε) / √(s + ε)·g; d ← ρ·d + (1 − ρ)·δ²; w ← w − rate·δ. */
export const adadelta = defineOptimizer({
  type: 'adadelta',
  title: 'Adadelta',
  description: 'Step sizes follow those of past steps; hardly needs a learning rate.',
  options: {
    rho: number(0.9, 'ρ, memory of the squares', { minimum: 0, below: 1 }),
    epsilon: number(1e-6, 'ε, added under the root', { above: 0 }),
    ...decayOptions,
  },
  scope: 'elementwise',
  learningRate: 1,
  slots: () => [
    { name: 'square', initial: 0 },
    { name: 'squaredStep', initial: 0 },
  ],
  scalars: ({ learningRate, options }) => ({ rate: learningRate, ...decayScalars(learningRate, options) }),
  update(context) {
    const { emit, slots, scalars, options } = context;
    const { rho, epsilon } = options;
    const gradient = penalised(context);
    const remember = (old: typeof gradient, x: typeof gradient) =>
      emit.add(emit.mul(old, rho), emit.mul(emit.square(x), 1 - rho));
    const square = remember(slots.square!, gradient);
    const ratio = emit.div(emit.add(slots.squaredStep!, epsilon), emit.add(square, epsilon));
    const taken = emit.mul(emit.sqrt(ratio), gradient);
    const squaredStep = remember(slots.squaredStep!, taken);
    return { parameter: emit.sub(decayed(context), emit.mul(taken, scalars.rate!)), slots: { square, squaredStep } };
  },
});

/** s ← α·s + (1 − α)·g²; b ← μ·b + g / (√(s − ḡ²) + ε), ḡ the running mean where centred, else 0; w ← w − rate·b. */
export const rmsprop = defineOptimizer({
  type: 'rmsprop',
  title: 'RMSprop',
  description: 'Steps scaled by the running root mean square of the gradient.',
  options: {
    alpha: number(0.99, 'α, memory of the square', { minimum: 0, below: 1 }),
    momentum: number(0, 'Momentum', { minimum: 0, below: 1 }),
    centered: flag(false, 'Take the mean off'),
    epsilon: number(1e-8, 'ε, added to the root', { minimum: 0 }),
    ...decayOptions,
  },
  scope: 'elementwise',
  learningRate: 0.01,
  slots: ({ momentum, centered }) => [
    { name: 'square', initial: 0 },
    ...(centered ? [{ name: 'mean', initial: 0 }] : []),
    ...(momentum > 0 ? [{ name: 'momentum', initial: 0 }] : []),
  ],
  scalars: ({ learningRate, options }) => ({ rate: learningRate, ...decayScalars(learningRate, options) }),
  update(context) {
    const { emit, slots, scalars, options } = context;
    const { alpha, momentum, centered, epsilon } = options;
    const gradient = penalised(context);
    const square = emit.add(emit.mul(slots.square!, alpha), emit.mul(emit.square(gradient), 1 - alpha));
    const mean = centered && emit.add(emit.mul(slots.mean!, alpha), emit.mul(gradient, 1 - alpha));
    // Rounding can leave the centred square a little below zero.
    const variance = mean ? emit.relu(emit.sub(square, emit.square(mean))) : square;
    const scaled = emit.div(gradient, emit.add(emit.sqrt(variance), epsilon));
    const velocity = momentum > 0 ? emit.add(emit.mul(slots.momentum!, momentum), scaled) : scaled;
    return {
      parameter: emit.sub(decayed(context), emit.mul(velocity, scalars.rate!)),
      slots: { square, ...(mean && { mean }), ...(momentum > 0 && { momentum: velocity }) },
    };
  },
});
