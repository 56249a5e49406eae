// Random fields over Philox: uniforms, normals, integers, permutations. Only integers and exact conversions are used: the
// same key gives the same bits everywhere, on a GPU too (`workers/webgpu/randomFields.ts` says the same in WGSL).
import { EngineError } from '../ir/diagnostic.js';
import { normalTable } from './normalTable.js';
import { multiplyHigh, randomWords, type RandomKey } from './philox.js';

/** `count` float32 values in [0, 1): the upper 24 bits of each word × 2^-24. `first` skips elements of the field. */
export function uniforms(key: RandomKey, count: number, first = 0): Float32Array {
  const words = randomWords(key, count, first);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) values[index] = (words[index]! >>> 8) * 2 ** -24;
  return values;
}

/**
 * `count` standard normal float32 values: element e is the inverse of the normal distribution at word e, a multiple of
 * 2^-21 and the closest but for less than 5e-8 (see {@link normalTable}). The largest magnitude is 6.33.
 */
export function normals(key: RandomKey, count: number, first = 0): Float32Array {
  const table = normalTable();
  const words = randomWords(key, count, first);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) values[index] = normalOfWord(words[index]!, table) * 2 ** -21;
  return values;
}

/** The normal of a word, times 2^21: a whole number below 2^24, so that a float32 holds it exactly. */
export function normalOfWord(word: number, table = normalTable()): number {
  const tail = (word << 1) | 1;
  const octave = Math.clz32(tail);
  const scaled = tail << octave;
  const piece = ((octave << 4) | ((scaled >>> 27) & 15)) << 2;
  const t = scaled << 5;
  let z = (table[piece + 2]! - (multiplyHigh(t, table[piece + 3]!) >>> 0)) | 0;
  z = (table[piece + 1]! - (multiplyHigh(t, z) >>> 0)) | 0;
  z = (table[piece]! - (multiplyHigh(t, z) >>> 0)) | 0;
  const rounded = (z + 128) >>> 8;
  // A difference, since there is no −0 among integers.
  return word < 0x80000000 ? rounded : 0 - rounded;
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
