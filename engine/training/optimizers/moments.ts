// The running moments that the Adam family shares.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { number } from '../options.js';

export const momentOptions = {
  beta1: number(0.9, 'β₁, memory of the mean', { minimum: 0, below: 1 }),
  beta2: number(0.999, 'β₂, memory of the square', { minimum: 0, below: 1 }),
  epsilon: number(1e-8, 'ε, added to the root', { minimum: 0 }),
} as const;

export interface MomentValues {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Slots are kept unscaled, M = m / (1 − β₁) and V = v / (1 − β₂): M ← β₁·M + g costs two nodes where m costs three. */
export const momentSlots = [
  { name: 'mean', initial: 0 },
  { name: 'square', initial: 0 },
] as const;

export function nextMean(emit: Emit, mean: Value, gradient: Value, beta1: number): Value {
  return emit.add(emit.mul(mean, beta1), gradient);
}

export function nextSquare(emit: Emit, square: Value, gradient: Value, beta2: number): Value {
  return emit.add(emit.mul(square, beta2), emit.square(gradient));
}

/** Factors that turn the unscaled slots into PyTorch's bias-corrected terms at a step. */
export interface Corrections {
  /** 1 − β₁ᵗ and 1 − β₂ᵗ. */
  readonly correction1: number;
  readonly correction2: number;
  /** m = meanScale · M. */
  readonly meanScale: number;
  /** √(v / correction2) + ε = (√V + epsilon) / rootScale. */
  readonly rootScale: number;
  readonly epsilon: number;
}

export function correctionsAt(step: number, { beta1, beta2, epsilon }: MomentValues): Corrections {
  const correction2 = 1 - beta2 ** step;
  const rootScale = Math.sqrt(correction2 / (1 - beta2));
  return {
    correction1: 1 - beta1 ** step,
    correction2,
    meanScale: 1 - beta1,
    rootScale,
    epsilon: epsilon * rootScale,
  };
}
