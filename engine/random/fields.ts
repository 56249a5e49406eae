// Random fields over Philox: uniforms, normals, integers, permutations. Only exact IEEE operations are used (+ − × ÷ √),
// never Math.log or Math.cos, whose last bit differs between builds: the same key gives the same bits everywhere.
import { EngineError } from '../ir/diagnostic.js';
import { randomWords, type RandomKey } from './philox.js';

/** `count` float32 values in [0, 1): the upper 24 bits of each word × 2^-24. `first` skips elements of the field. */
export function uniforms(key: RandomKey, count: number, first = 0): Float32Array {
  const words = randomWords(key, count, first);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) values[index] = (words[index]! >>> 8) * 2 ** -24;
  return values;
}

/**
 * `count` standard normal float32 values by Box–Muller (1958): elements 2n and 2n + 1 come from words 2n and 2n + 1 as
 * r cos θ and r sin θ, r = √(−2 ln u), u = (word + ½) 2^-32, θ = 2π word' 2^-32. The largest magnitude is about 6.8.
 */
export function normals(key: RandomKey, count: number, first = 0): Float32Array {
  const lead = first % 2;
  const words = randomWords(key, lead + count + ((lead + count) % 2), first - lead);
  const values = new Float32Array(words.length);
  for (let index = 0; index < words.length; index += 2) {
    const radius = Math.sqrt(-2 * logarithmOfUniform(words[index]!));
    const angle = words[index + 1]!;
    values[index] = radius * sineOfTurn(angle + 2 ** 30);
    values[index + 1] = radius * sineOfTurn(angle);
  }
  return values.subarray(lead, lead + count);
}

/**
 * `count` whole numbers in [low, high), by the upper half of word × range: a value's probability is off by less than
 * range × 2^-32 of itself, the price of one word per element.
 */
export function integers(key: RandomKey, count: number, low: number, high: number, first = 0): Int32Array {
  const range = high - low;
  if (!Number.isInteger(low) || !Number.isInteger(range) || range < 1 || range > 2 ** 31)
    throw new EngineError(
      'random.range',
      `Random integers: low < high with at most 2^31 values, got [${low}, ${high})`,
    );
  const words = randomWords(key, count, first);
  return Int32Array.from(words, (word) => low + scaleWord(word, range));
}

/** A permutation of 0 … length − 1 (Fisher–Yates, the exchange of position i drawn from word i). */
export function permutation(key: RandomKey, length: number): Int32Array {
  return shuffled(
    key,
    Int32Array.from({ length }, (_, index) => index),
  );
}

/** A permuted copy of `values`. */
export function shuffled(key: RandomKey, values: Int32Array): Int32Array {
  const words = randomWords(key, values.length);
  const result = values.slice();
  for (let index = values.length - 1; index > 0; index--) {
    const other = scaleWord(words[index]!, index + 1);
    const kept = result[index]!;
    result[index] = result[other]!;
    result[other] = kept;
  }
  return result;
}

/** floor(word × range / 2^32), exact: the product is split so that no partial product passes 2^53. */
function scaleWord(word: number, range: number): number {
  const low = (word & 0xffff) * range;
  const high = (word >>> 16) * range;
  return Math.floor((high + Math.floor(low / 65536)) / 65536);
}

/** ln((word + ½) 2^-32), by ln m = 2 artanh((m − 1) / (m + 1)) with m in [√½, √2); within a few units of double's last place. */
function logarithmOfUniform(word: number): number {
  const value = word + 0.5;
  let exponent = word === 0 ? -1 : 31 - Math.clz32(word);
  let mantissa = value / 2 ** exponent;
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const t = s * s;
  const series =
    1 + t * (1 / 3 + t * (1 / 5 + t * (1 / 7 + t * (1 / 9 + t * (1 / 11 + t * (1 / 13 + t * (1 / 15 + t / 17)))))));
  return 2 * s * series + (exponent - 32) * Math.LN2;
}

/** sin(2π · turn · 2^-32), by reduction to an eighth of a turn (exact in binary) and Taylor's series. */
function sineOfTurn(turn: number): number {
  const wrapped = turn >>> 0;
  const quadrant = (wrapped + 2 ** 29) >>> 30;
  const x = ((wrapped - quadrant * 2 ** 30) | 0) * (2 * Math.PI * 2 ** -32);
  const y = x * x;
  const even = (quadrant & 1) === 1 ? cosineSeries(y) : x * sineSeries(y);
  return (quadrant & 2) === 2 ? -even : even;
}

/** sin(x) / x over y = x², |x| ≤ π/4: the first term left out is below 2^-54. */
function sineSeries(y: number): number {
  const tail = 1 / 362880 - y * (1 / 39916800 - y * (1 / 6227020800 - y / 1307674368000));
  return 1 - y * (1 / 6 - y * (1 / 120 - y * (1 / 5040 - y * tail)));
}

/** cos(x) over y = x², |x| ≤ π/4: the first term left out is below 2^-54. */
function cosineSeries(y: number): number {
  const tail = 1 / 40320 - y * (1 / 3628800 - y * (1 / 479001600 - y / 87178291200));
  return 1 - y * (1 / 2 - y * (1 / 24 - y * (1 / 720 - y * tail)));
}
