// The inverse of the normal distribution as cubic pieces in fixed point: the same integers give the same normals on a
// processor and on a GPU, where float arithmetic may be contracted. Only + − × ÷ √ make the table, so that it is the same everywhere.

/**
 * A uniform word is a sign (bit 31) and 31 bits u; w = 2u + 1 stands for the upper tail's probability p = w 2^-33 < ½.
 * Pieces: an octave for each number of leading zeros of w (32 of them), 16 pieces an octave (the next four bits), as in Lee,
 * Cheung, Villasenor, Luk: «Inversion-based hardware Gaussian random number generator» (FPT 2006). In each piece
 * z = c0 − t (c1 − t (c2 − t c3)), t in [0, 1) being the bits below, and every c times 2^29 is an unsigned word.
 */
export const piecesPerOctave = 16;
const octaves = 32;
const one = 2 ** 29;

let made: Uint32Array | undefined;

/** 512 pieces of four words c0, c1, c2, c3; off by less than 5e-8 from the inverse. */
export function normalTable(): Uint32Array {
  return (made ??= makeTable());
}

/** Where a cubic is held to the function: the zeros of Chebyshev's polynomial of degree 4, moved to [0, 1]. */
const inner = Math.sqrt(2 - Math.SQRT2) / 4;
const outer = Math.sqrt(2 + Math.SQRT2) / 4;
const nodes = [0.5 - outer, 0.5 - inner, 0.5 + inner, 0.5 + outer] as const;

function makeTable(): Uint32Array {
  const table = new Uint32Array(octaves * piecesPerOctave * 4);
  let guess = 0;
  for (let octave = 0, top = 0.5; octave < octaves; octave++, top /= 2)
    for (let piece = piecesPerOctave - 1; piece >= 0; piece--) {
      const width = top / (2 * piecesPerOctave);
      const low = top / 2 + piece * width;
      // From the right to the left: each value is a good first guess of the next.
      const values = [0, 0, 0, 0];
      for (let node = 3; node >= 0; node--) values[node] = guess = upperQuantile(low + nodes[node]! * width, guess);
      table.set(cubicThrough(values), (octave * piecesPerOctave + piece) * 4);
    }
  return table;
}

/** Newton's divided differences, expanded to powers with alternating signs. */
function cubicThrough(values: readonly number[]): number[] {
  const differences = [...values];
  for (let order = 1; order < 4; order++)
    for (let at = 3; at >= order; at--)
      differences[at] = (differences[at]! - differences[at - 1]!) / (nodes[at]! - nodes[at - order]!);
  const powers = [differences[3]!, 0, 0, 0];
  for (let at = 2; at >= 0; at--) {
    for (let power = 3; power > 0; power--) powers[power] = powers[power - 1]! - nodes[at]! * powers[power]!;
    powers[0] = differences[at]! - nodes[at]! * powers[0]!;
  }
  return powers.map((value, power) => Math.round((power % 2 === 1 ? -value : value) * one));
}

/** The z with Q(z) = p, 0 < p < ½, by Halley's method: with r = (Q(z) − p) / φ(z), z grows by r / (1 − r z / 2). */
export function upperQuantile(p: number, guess: number): number {
  let z = guess;
  for (let round = 0; round < 60; round++) {
    const density = normalDensity(z);
    const ratio = (upperTail(z, density) - p) / density;
    const change = ratio / (1 - (ratio * z) / 2);
    z += change;
    if (Math.abs(change) < 1e-15 * (1 + z)) break;
  }
  return z;
}

/** φ(z) = e^(−z²/2) / √(2π). */
function normalDensity(z: number): number {
  // e^-y as the 64th power of e^(-y/64), whose series is short: y/64 stays below ⅓ for |z| ≤ 6.5.
  const y = (z * z) / 128;
  let series = 1;
  for (let term = 18; term > 0; term--) series = 1 - (y / term) * series;
  for (let square = 0; square < 6; square++) series *= series;
  return series / Math.sqrt(2 * Math.PI);
}

/** Q(z), z ≥ 0: by the series of Φ − ½ below 2.5, by Laplace's continued fraction above. */
function upperTail(z: number, density: number): number {
  if (z >= 2.5) {
    let fraction = z;
    for (let term = 120; term > 0; term--) fraction = z + term / fraction;
    return density / fraction;
  }
  let term = z;
  let sum = z;
  for (let odd = 3; term > 1e-18; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 - density * sum;
}
