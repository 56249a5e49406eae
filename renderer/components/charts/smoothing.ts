// Exponential moving averages without the bias towards the start, for points at any distance from each other.

/** Averages go on from here when a closer look begins in the middle of a curve. */
export interface SmoothingState {
  readonly sum: number;
  readonly weight: number;
  readonly position: number;
}

export interface SmoothingOptions {
  /** From 0 (none) to below 1. */
  readonly smoothing: number;
  /** The distance at which an older value weighs `smoothing` times a newer one. */
  readonly spacing: number;
  readonly before?: SmoothingState | undefined;
}

/**
 * sᵢ = aᵢ·sᵢ₋₁ + (1 − aᵢ)·yᵢ and wᵢ = aᵢ·wᵢ₋₁ + (1 − aᵢ) with aᵢ = smoothing^(Δx/spacing); the average is sᵢ/wᵢ. For even
 * distances of `spacing` these are TensorBoard's debiased averages. Values that are not finite are left out and stay as they are.
 */
export function smooth(
  x: Float64Array,
  y: Float64Array,
  { smoothing, spacing, before }: SmoothingOptions,
): { readonly averages: Float64Array; readonly state: SmoothingState | undefined } {
  const averages = new Float64Array(x.length);
  let state = before;
  for (let index = 0; index < x.length; index++) {
    const value = y[index]!;
    if (!Number.isFinite(value)) {
      averages[index] = value;
      continue;
    }
    const position = x[index]!;
    const distance = state && spacing > 0 ? Math.max(0, position - state.position) / spacing : 1;
    const decay = Number.isFinite(distance) ? smoothing ** distance : smoothing;
    state = {
      sum: decay * (state?.sum ?? 0) + (1 - decay) * value,
      weight: decay * (state?.weight ?? 0) + (1 - decay),
      position,
    };
    // Two points at one place weigh nothing more than one.
    averages[index] = state.weight > 0 ? state.sum / state.weight : value;
  }
  return { averages, state };
}

/** The mean distance of the points of a curve. */
export function spacingOf(x: Float64Array): number {
  return x.length < 2 ? 1 : (x[x.length - 1]! - x[0]!) / (x.length - 1);
}
