// Sine, exponential and logarithm from sums and products alone: engines differ in the last bits of theirs, and
// draws must be the same bits in Node and in every browser.

const halfPi = Math.PI / 2;
/** Cut off where the next term is below half of the last bit for |x| ≤ π/4. */
const sineTerms = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800, 1 / 6227020800, -1 / 1307674368000];
const cosineTerms = [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320, -1 / 3628800, 1 / 479001600, -1 / 87178291200];

function polynomial(terms: readonly number[], x: number): number {
  let sum = 0;
  for (let index = terms.length - 1; index >= 0; index--) sum = sum * x + terms[index]!;
  return sum;
}

/** Of an angle in degrees, to about 1e-15; multiples of 90 are exact. */
export function sineAndCosine(degrees: number): { readonly sine: number; readonly cosine: number } {
  const quarter = Math.round(degrees / 90);
  const x = ((degrees - quarter * 90) / 90) * halfPi;
  const square = x * x;
  const sine = x * polynomial(sineTerms, square);
  const cosine = polynomial(cosineTerms, square);
  switch (((quarter % 4) + 4) % 4) {
    case 0:
      return { sine, cosine };
    case 1:
      return { sine: cosine, cosine: -sine };
    case 2:
      return { sine: -sine, cosine: -cosine };
    default:
      return { sine: -cosine, cosine: sine };
  }
}

const naturalLogOf2 = 0.6931471805599453;
const exponentialTerms = Array.from({ length: 15 }, (_, order) => {
  let factorial = 1;
  for (let factor = 2; factor <= order; factor++) factorial *= factor;
  return 1 / factorial;
});

/** eˣ for −700 ≤ x ≤ 700, to about 1e-15 of itself. */
export function exponential(x: number): number {
  const power = Math.round(x / naturalLogOf2);
  let result = polynomial(exponentialTerms, x - power * naturalLogOf2);
  for (let count = Math.abs(power); count > 0; count--) result *= power > 0 ? 2 : 0.5;
  return result;
}

/** 2·artanh(s) = 2·(s + s³/3 + s⁵/5 + …) */
const logarithmTerms = Array.from({ length: 13 }, (_, index) => 2 / (2 * index + 1));

/** ln x for x from 1e-300 to 1e300, to about 1e-15. */
export function logarithm(x: number): number {
  let power = 0;
  let mantissa = x;
  for (; mantissa > Math.SQRT2; mantissa *= 0.5) power++;
  for (; mantissa < Math.SQRT1_2; mantissa *= 2) power--;
  const s = (mantissa - 1) / (mantissa + 1);
  return s * polynomial(logarithmTerms, s * s) + power * naturalLogOf2;
}
