// Lion (Chen et al. 2023, «Symbolic discovery of optimization algorithms»): the sign of an interpolated momentum.
import { number } from '../options.js';
import { decayed, decayScalars, decoupledBy, penalised, signOf } from './decay.js';
import { defineOptimizer } from './defineOptimizer.js';

/** w ← w·(1 − rate·wd) − rate·sign(β₁·m + (1 − β₁)·g); m ← β₂·m + (1 − β₂)·g. */
export const lion = defineOptimizer({
  type: 'lion',
  title: 'Lion',
  description: 'Every weight moves by the same amount; wants a rate three to ten times below that of AdamW.',
  options: {
    beta1: number(0.9, 'β₁, share of the momentum in a step', { minimum: 0, below: 1 }),
    beta2: number(0.99, 'β₂, memory of the momentum', { minimum: 0, below: 1 }),
    ...decoupledBy(0),
  },
  scope: 'elementwise',
  learningRate: 0.0001,
  slots: () => [{ name: 'momentum', initial: 0 }],
  scalars: ({ learningRate, options }) => ({ rate: learningRate, ...decayScalars(learningRate, options) }),
  update(context) {
    const { emit, slots, scalars, options } = context;
    const gradient = penalised(context);
    const mix = (share: number) => emit.add(emit.mul(slots.momentum!, share), emit.mul(gradient, 1 - share));
    const taken = emit.mul(signOf(emit, mix(options.beta1)), scalars.rate!);
    return { parameter: emit.sub(decayed(context), taken), slots: { momentum: mix(options.beta2) } };
  },
});
