// Weight decay and L1, which every optimizer offers alike.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { choice, number, type OptionSpec } from '../options.js';

/** Options of weight decay; `coupled` adds wd·w to the gradient (L2), `decoupled` scales w by 1 − rate·wd (Loshchilov & Hutter 2019). */
export const decayOptions = {
  weightDecay: number(0, 'Weight decay', { minimum: 0 }),
  decay: choice(['coupled', 'decoupled'], 'coupled', 'Weight decay is'),
  l1: number(0, 'L1 penalty', { minimum: 0 }),
} as const;

/** The same with decoupled decay of `weightDecay`. */
export function decoupledBy(weightDecay: number): {
  weightDecay: OptionSpec<number>;
  decay: OptionSpec<'coupled' | 'decoupled'>;
  l1: OptionSpec<number>;
} {
  return {
    ...decayOptions,
    weightDecay: number(weightDecay, 'Weight decay', { minimum: 0 }),
    decay: choice(['coupled', 'decoupled'], 'decoupled', 'Weight decay is'),
  };
}

export interface DecayValues {
  readonly weightDecay: number;
  readonly decay: 'coupled' | 'decoupled';
  readonly l1: number;
}

interface DecayContext {
  readonly emit: Emit;
  readonly parameter: Value;
  readonly gradient: Value;
  readonly scalars: Readonly<Record<string, Value>>;
  readonly options: DecayValues;
}

/** The scalar `keep` = 1 − rate·wd, where decay is decoupled. */
export function decayScalars(learningRate: number, options: DecayValues): Record<string, number> {
  return isDecoupled(options) ? { keep: 1 - learningRate * options.weightDecay } : {};
}

/** The gradient with the coupled penalties: g + wd·w + l1·sign(w). */
export function penalised({ emit, parameter, gradient, options }: DecayContext): Value {
  let total = gradient;
  if (options.l1 > 0) total = emit.add(total, emit.mul(signOf(emit, parameter), options.l1));
  if (options.weightDecay > 0 && options.decay === 'coupled')
    total = emit.add(total, emit.mul(parameter, options.weightDecay));
  return total;
}

/** The parameter after decoupled decay: w·(1 − rate·wd). */
export function decayed({ emit, parameter, scalars, options }: DecayContext): Value {
  return isDecoupled(options) ? emit.mul(parameter, scalars.keep!) : parameter;
}

/**
 * −1, 0 or 1, as Clip(1e38·x, −1, 1): `Sign` would leave the GPU. Magnitudes below 1e-38, which are denormal, give less than 1.
 */
export function signOf(emit: Emit, x: Value): Value {
  return emit.node('Clip', [emit.mul(x, 1e38), emit.scalar(-1, x), emit.scalar(1, x)]);
}

function isDecoupled(options: DecayValues): boolean {
  return options.weightDecay > 0 && options.decay === 'decoupled';
}
