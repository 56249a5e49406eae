// Exponential moving average of the weights (Polyak & Juditsky 1992), whose rate the host computes.

/**
 * The share of the new weights in the average at a step (the first is 1): 1 − d, with d = min(decay, (1 + t) / (10 + t)),
 * so that the average does not remember the initial weights for long.
 */
export function averageRate(step: number, decay: number): number {
  return 1 - Math.min(decay, (1 + step) / (10 + step));
}
