// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: «Parallel random numbers: as easy as 1, 2, 3», SC 2011): a counter-based
// generator. Any value is a pure function of (seed, purpose, step, element), so every backend draws the same bits in any order.
import { EngineError } from '../ir/diagnostic.js';

/** What a random field is for; equal keys give equal fields. */
export interface RandomKey {
  /** A whole number from 0 to 2^53 − 1. */
  readonly seed: number;
  /** Names the use: `'shuffle'`, `'dropout/3'`. Hashed to 32 bits. */
  readonly purpose: string;
  /** The training step, epoch or other repetition; 0 when not given. Whole, below 2^53. */
  readonly step?: number;
}

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;
const rounds = 10;
/** For the same generator elsewhere. */
export const philoxConstants = { multiplier0, multiplier1, weyl0, weyl1, rounds } as const;
const twoTo32 = 2 ** 32;

/** FNV-1a over the UTF-16 code units (low byte, then high byte), 32 bits. */
export function hashPurpose(purpose: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < purpose.length; index++) {
    const unit = purpose.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}

/** High 32 bits of the product of two unsigned 32-bit numbers, as an int32. */
export function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16);
  // `middle` is at most 2^32 − 1 when read as unsigned, but Math.imul is signed: bring it back before splitting.
  const unsigned = middle >>> 0;
  const cross = Math.imul(aLow, bHigh) + (unsigned & 0xffff);
  return (Math.imul(aHigh, bHigh) + (unsigned >>> 16) + (cross >>> 16)) | 0;
}

/**
 * Fills `words` with successive blocks, four words a block; `words.length` must be a multiple of 4.
 * The first block's counter is `counter`; words 0 (low) and 1 (high) of it count the blocks.
 */
export function philoxWords(
  words: Uint32Array | Int32Array,
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): void {
  const [low, high, counter2, counter3] = counter;
  const [key0, key1] = key;
  const start = low >>> 0;
  for (let at = 0, block = start; at < words.length; at += 4, block++) {
    let c0 = block | 0;
    let c1 = (high + (block >= twoTo32 ? 1 : 0)) | 0;
    let c2 = counter2 | 0;
    let c3 = counter3 | 0;
    let k0 = key0 | 0;
    let k1 = key1 | 0;
    for (let round = 0; round < rounds; round++) {
      const high0 = multiplyHigh(multiplier0, c0);
      const low0 = Math.imul(multiplier0, c0);
      const high1 = multiplyHigh(multiplier1, c2);
      const low1 = Math.imul(multiplier1, c2);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + weyl0) | 0;
      k1 = (k1 + weyl1) | 0;
    }
    words[at] = c0;
    words[at + 1] = c1;
    words[at + 2] = c2;
    words[at + 3] = c3;
  }
}

/**
 * Words `first` to `first + count − 1` of the field of `key`: word e is number `e mod 4` of block `floor(e / 4)`.
 * Layout: key = (seed low, hash of purpose ⊕ mixed seed high), counter = (block low, block high, step low, step high).
 */
export function randomWords(key: RandomKey, count: number, first = 0): Uint32Array {
  requireWhole(key.seed, 'seed');
  requireWhole(key.step ?? 0, 'step');
  const step = key.step ?? 0;
  const firstBlock = Math.floor(first / 4);
  const lead = first - firstBlock * 4;
  const words = new Uint32Array(Math.ceil((lead + count) / 4) * 4);
  philoxWords(words, [...halves(firstBlock), ...halves(step)], fieldKey(key.seed, key.purpose));
  return words.subarray(lead, lead + count);
}

/** The two words of Philox's key: the seed's low half, and its high half mixed with the purpose. */
export function fieldKey(seed: number, purpose: string): [number, number] {
  const seedHigh = Math.floor(seed / twoTo32);
  return [seed | 0, hashPurpose(purpose) ^ Math.imul(seedHigh, weyl0)];
}

/** The low and the high 32 bits of a whole number, as int32. */
export function halves(value: number): [number, number] {
  return [value | 0, (value / twoTo32) | 0];
}

function requireWhole(value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new EngineError('random.key', `Random ${name}: must be a whole number from 0 to 2^53 − 1, got ${value}`);
}
