// Adam (Kingma & Ba 2015), AMSGrad (Reddi et al. 2018) and AdamW (Loshchilov & Hutter 2019), as PyTorch computes them.
import { flag } from '../options.js';
import { decayed, decayOptions, decayScalars, decoupledBy, penalised, type DecayValues } from './decay.js';
import { defineOptimizer, type ScalarContext, type Update, type UpdateContext } from './defineOptimizer.js';
import { correctionsAt, momentOptions, momentSlots, nextMean, nextSquare, type MomentValues } from './moments.js';

type AdamValues = MomentValues & DecayValues & { readonly amsgrad: boolean };

/** Scalars of {@link adamUpdate}. */
export function adamScalars({ step, learningRate, options }: ScalarContext<MomentValues & DecayValues>) {
  const { correction1, meanScale, rootScale, epsilon } = correctionsAt(step, options);
  return {
    rate: (learningRate * meanScale * rootScale) / correction1,
    epsilon,
    ...decayScalars(learningRate, options),
  };
}

/** w ← w − rate · m̂ / (√v̂ + ε) over unscaled moments, in ten nodes. AMSGrad takes the largest v so far. */
export function adamUpdate(context: UpdateContext<AdamValues>): Update {
  const { emit, slots, scalars, options } = context;
  const gradient = penalised(context);
  const mean = nextMean(emit, slots.mean!, gradient, options.beta1);
  const square = nextSquare(emit, slots.square!, gradient, options.beta2);
  const largest = options.amsgrad ? emit.max(slots.largest!, square) : square;
  const ratio = emit.div(mean, emit.add(emit.sqrt(largest), scalars.epsilon!));
  return {
    parameter: emit.sub(decayed(context), emit.mul(ratio, scalars.rate!)),
    slots: { mean, square, ...(options.amsgrad && { largest }) },
  };
}

const amsgradOption = flag(false, 'AMSGrad: never forget the largest square');
const slots = ({ amsgrad }: AdamValues) => (amsgrad ? [...momentSlots, { name: 'largest', initial: 0 }] : momentSlots);

export const adam = defineOptimizer({
  type: 'adam',
  title: 'Adam',
  description: 'Steps scaled by running mean and square of the gradient; a good first choice.',
  options: { ...momentOptions, amsgrad: amsgradOption, ...decayOptions },
  scope: 'elementwise',
  learningRate: 0.001,
  slots,
  scalars: adamScalars,
  update: adamUpdate,
});

export const amsgrad = defineOptimizer({
  ...adam,
  type: 'amsgrad',
  title: 'AMSGrad',
  description: 'Adam that never forgets the largest square, so that steps only shrink.',
  options: { ...momentOptions, amsgrad: flag(true, amsgradOption.title), ...decayOptions },
  slots,
  scalars: adamScalars,
  update: adamUpdate,
});

export const adamW = defineOptimizer({
  ...adam,
  type: 'adamW',
  title: 'AdamW',
  description: 'Adam whose weight decay does not pass through the gradient scaling.',
  options: { ...momentOptions, amsgrad: amsgradOption, ...decoupledBy(0.01) },
  slots,
  scalars: adamScalars,
  update: adamUpdate,
});
