// Draws from Beta(α, α) by the inverse of its distribution function: one uniform a draw, so that moving α moves the draw smoothly.
import { exponential, logarithm } from './exactMath.js';

const pieces = 1024;

/**
 * Maps a uniform u of [0, 1) to x with P(x ≤ its value) = u. With t = xᵅ the density xᵅ⁻¹(1 − x)ᵅ⁻¹dx is proportional to
 * (1 − t^(1/α))ᵅ⁻¹dt, which is bounded up to x = ½ whatever α > 0 is; the other half is its mirror image. Summed by the
 * trapezoid rule, inverted by linear interpolation.
 */
export function betaInverse(alpha: number): (u: number) => number {
  const last = exponential(-alpha * logarithm(2));
  const sums = new Float64Array(pieces + 1);
  let before = 1;
  for (let index = 1; index <= pieces; index++) {
    const density = densityAt((last * index) / pieces, alpha);
    sums[index] = sums[index - 1]! + before + density;
    before = density;
  }
  return (u) => (u < 0.5 ? lowerHalf(sums, 2 * u, last, alpha) : 1 - lowerHalf(sums, 2 * (1 - u), last, alpha));
}

function densityAt(t: number, alpha: number): number {
  const x = rootOf(t, alpha);
  return x >= 1 ? 0 : exponential((alpha - 1) * logarithm(1 - x));
}

/** t^(1/α); 0 where that is too small to tell. */
function rootOf(t: number, alpha: number): number {
  if (t <= 0) return 0;
  const power = logarithm(t) / alpha;
  return power < -600 ? 0 : exponential(power);
}

function lowerHalf(sums: Float64Array, part: number, last: number, alpha: number): number {
  const wanted = part * sums[pieces]!;
  let low = 0;
  let high = pieces;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sums[middle]! <= wanted) low = middle;
    else high = middle;
  }
  const within = (wanted - sums[low]!) / (sums[high]! - sums[low]!);
  return Math.min(0.5, rootOf(((low + within) * last) / pieces, alpha));
}
