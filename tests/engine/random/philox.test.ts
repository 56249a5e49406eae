// The generator against the published known answers, and the fields made of it against their definitions.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { integers, normalOfWord, normals, permutation, uniforms } from '../../../engine/random/fields.js';
import { hashPurpose, multiplyHigh, philoxWords, randomWords } from '../../../engine/random/philox.js';

type Words = [number, number, number, number];

/** Known answers of Random123's kat_vectors, `philox4x32 10`: counter, key, expected. */
const knownAnswers: readonly [Words, [number, number], number[]][] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

const key = { seed: 7, purpose: 'test' };

describe('Philox4x32-10', () => {
  it.each(knownAnswers)('gives the published answer for counter %j', (counter, key, expected) => {
    const words = new Uint32Array(4);
    philoxWords(words, counter, key);
    expect([...words]).toEqual(expected);
  });

  it('agrees with arithmetic in big integers on any counter and key, and carries to the next block', () => {
    const word = fc.nat(0xffffffff);
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        const words = new Uint32Array(8);
        philoxWords(words, counter, key);
        expect([...words]).toEqual([...reference(counter, key), ...reference(following(counter), key)]);
      }),
      {
        examples: [
          [
            [0xffffffff, 3, 1, 2],
            [4, 5],
          ],
        ],
      },
    );
  });

  it('multiplies to the high word exactly', () => {
    const word = fc.nat(0xffffffff);
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(multiplyHigh(a, b) >>> 0).toBe(Number((BigInt(a) * BigInt(b)) >> 32n));
      }),
    );
    expect(multiplyHigh(0xffffffff, 0xffffffff) >>> 0).toBe(0xfffffffe);
  });

  it('gives any part of a field without the elements before it', () => {
    const whole = randomWords(key, 40);
    for (const [first, count] of [
      [0, 3],
      [5, 7],
      [8, 32],
      [39, 1],
    ] as const)
      expect([...randomWords(key, count, first)]).toEqual([...whole.subarray(first, first + count)]);
  });

  it('separates seed, purpose and step, each over its whole range', () => {
    const fields = [
      key,
      { ...key, seed: 8 },
      { ...key, seed: 7 + 2 ** 32 },
      { ...key, purpose: 'tset' },
      { ...key, step: 1 },
      { ...key, step: 2 ** 32 },
    ].map((other) => randomWords(other, 4).join());
    expect(new Set(fields).size).toBe(fields.length);
  });

  it('refuses a seed that is negative, broken or too large', () => {
    for (const seed of [-1, 0.5, 2 ** 53, NaN])
      expect(() => randomWords({ seed, purpose: '' }, 1)).toThrow(/seed: must be a whole number/);
  });

  it('hashes purposes by FNV-1a', () => {
    expect(hashPurpose('')).toBe(0x811c9dc5);
    expect(hashPurpose('shuffle')).not.toBe(hashPurpose('dropout'));
  });
});

describe('random fields', () => {
  it('uniforms lie in [0, 1) with mean ½ and variance 1/12', () => {
    const values = uniforms(key, 200_000);
    const { mean, variance } = moments(values);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
  });

  it('normals are the inverse of the distribution at their words', () => {
    // Upper tails and their quantiles, from mpmath at 30 digits.
    const quantiles = [
      [0.5 - 2 ** -33, 2.91803677e-10],
      [0.4, 0.2533471031358],
      [0.25, 0.674489750196082],
      [0.1, 1.2815515655446],
      [0.025, 1.95996398454005],
      [1e-3, 3.09023230616781],
      [1e-6, 4.7534243088229],
      [1e-9, 5.99780701500818],
      [2 ** -33, 6.33795775455378],
    ] as const;
    for (const [tail, quantile] of quantiles) {
      const word = Math.round(tail * 2 ** 32 - 0.5);
      // Far out neighbouring words are further apart than the rounding.
      const grain = 2 ** -33 / Math.max(2 ** -33, Math.exp((-quantile * quantile) / 2) / Math.sqrt(2 * Math.PI));
      const allowed = 2 ** -22 + 5e-8 + (word === 0 ? 0 : grain);
      expect(Math.abs(normalOfWord(word) * 2 ** -21 - quantile)).toBeLessThan(allowed);
      expect(normalOfWord((word | 0x80000000) >>> 0)).toBe(0 - normalOfWord(word));
    }
  });

  it('normals fall as the word rises, within a unit of the last place', () => {
    let before = normalOfWord(0);
    for (let word = 0; word < 2 ** 31; word += 1 + Math.floor(word / 997)) {
      const value = normalOfWord(word);
      expect(value).toBeLessThanOrEqual(before + 1);
      expect(value).toBeGreaterThanOrEqual(0);
      before = value;
    }
  });

  it('normals pass the test of Kolmogorov and Smirnov', () => {
    const count = 1_000_000;
    const values = normals(key, count).sort();
    const distance = values.reduce((largest, value, index) => {
      const below = distribution(value);
      return Math.max(largest, Math.abs(below - index / count), Math.abs(below - (index + 1) / count));
    }, 0);
    // A value above is drawn once in ten thousand keys.
    expect(distance * Math.sqrt(count)).toBeLessThan(2.23);
  });

  it('normals have mean 0, variance 1, no skew, kurtosis 3 and no correlation of neighbours', () => {
    const values = normals(key, 1_000_000);
    const { mean, variance, skew, kurtosis } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(0.004);
    expect(Math.abs(variance - 1)).toBeLessThan(0.006);
    expect(Math.abs(skew)).toBeLessThan(0.01);
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.02);
    const products = values.map((value, index) => value * (values[index + 1] ?? 0));
    expect(Math.abs(moments(products).mean)).toBeLessThan(0.004);
  });

  it('normals do not depend on where a field is cut', () => {
    const whole = normals(key, 21);
    expect(normals(key, 6, 15)).toEqual(whole.subarray(15, 21));
    expect(normals(key, 7, 2)).toEqual(whole.subarray(2, 9));
  });

  it('normals keep their bits: the first four of a fixed key', () => {
    const bits = new Uint32Array(normals({ seed: 0, purpose: 'golden' }, 4).slice().buffer);
    expect([...bits]).toMatchInlineSnapshot(`
      [
        1070593992,
        3196922144,
        1058274616,
        1041935968,
      ]
    `);
  });

  it('integers cover the range evenly', () => {
    const counts = new Map<number, number>();
    for (const value of integers(key, 60_000, -3, 3)) counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-3, -2, -1, 0, 1, 2]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    expect(() => integers(key, 1, 3, 3)).toThrow(/low < high/);
  });

  it('permutations are complete, keyed, and every position is reached', () => {
    const one = permutation(key, 1000);
    expect([...one].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
    expect(permutation({ ...key, step: 1 }, 1000)).not.toEqual(one);
    const places = new Set(Array.from({ length: 200 }, (_, step) => permutation({ ...key, step }, 5).indexOf(0)));
    expect(places.size).toBe(5);
    expect(permutation(key, 0)).toHaveLength(0);
  });
});

function moments(values: Float32Array): { mean: number; variance: number; skew: number; kurtosis: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const power = (exponent: number) =>
    values.reduce((sum, value) => sum + (value - mean) ** exponent, 0) / values.length;
  return { mean, variance: power(2), skew: power(3) / power(2) ** 1.5, kurtosis: power(4) / power(2) ** 2 };
}

/** Φ by Abramowitz & Stegun 7.1.26, off by at most 1.5e-7. */
function distribution(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - series * Math.exp(-x * x);
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}

function following([low, high, ...rest]: Words): Words {
  return [(low + 1) >>> 0, low === 0xffffffff ? (high + 1) >>> 0 : high, ...rest];
}

/** The paper's definition, in big integers. */
function reference(counter: readonly number[], key: readonly [number, number]): number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  const mask = 0xffffffffn;
  for (let round = 0; round < 10; round++) {
    const product0 = 0xd2511f53n * c0;
    const product1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(product1 >> 32n) ^ c1 ^ k0, product1 & mask, (product0 >> 32n) ^ c3 ^ k1, product0 & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [c0, c1, c2, c3].map(Number);
}
