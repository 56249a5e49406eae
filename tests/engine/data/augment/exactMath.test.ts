// Functions that must give the same bits in every JavaScript engine.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { betaInverse } from '../../../../engine/data/augment/betaTable.js';
import { exponential, logarithm, sineAndCosine } from '../../../../engine/data/augment/exactMath.js';

const degrees = Array.from({ length: 721 }, (_, index) => index * 1.5 - 540);

describe('exact functions', () => {
  it('sine and cosine are close to those of Math, and exact at right angles', () => {
    for (const angle of degrees) {
      const { sine, cosine } = sineAndCosine(angle);
      expect(Math.abs(sine - Math.sin((angle * Math.PI) / 180))).toBeLessThan(2e-15);
      expect(Math.abs(cosine - Math.cos((angle * Math.PI) / 180))).toBeLessThan(2e-15);
    }
    expect(sineAndCosine(90)).toEqual({ sine: 1, cosine: -0 });
    expect(sineAndCosine(-180).cosine).toBe(-1);
  });

  it('exponential and logarithm are close to those of Math', () => {
    for (const x of [-690, -30.3, -1, -1e-9, 0, 0.5, 1, 7.7, 300]) {
      expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-13);
    }
    for (const x of [1e-300, 1e-9, 0.1, 0.7072, 1, 1.4142, 2, 12345, 1e300])
      expect(Math.abs(logarithm(x) - Math.log(x))).toBeLessThan(1e-14 * Math.max(1, Math.abs(Math.log(x))));
  });

  it('use nothing of Math that engines may compute differently', () => {
    const folder = new URL('../../../../engine/data/augment/', import.meta.url);
    const inexact = /\bMath\.(?!floor|ceil|round|abs|min|max|sqrt|imul|clz32|trunc|fround|PI|SQRT2|SQRT1_2)\w+/;
    for (const name of readdirSync(folder, { recursive: true }) as string[])
      if (name.endsWith('.ts'))
        expect(inexact.exec(readFileSync(new URL(name, folder), 'utf8'))?.[0], name).toBeUndefined();
  });
});

describe('Beta draws', () => {
  const shares = Array.from({ length: 99 }, (_, index) => (index + 1) / 100);

  it.each([
    // Known distribution functions: uniform, arcsine law, 3x² − 2x³.
    [1, (x: number) => x],
    [0.5, (x: number) => (2 / Math.PI) * Math.asin(Math.sqrt(x))],
    [2, (x: number) => x * x * (3 - 2 * x)],
    [3, (x: number) => x * x * x * (10 - 15 * x + 6 * x * x)],
  ])('α = %d: the distribution function of a draw is its uniform', (alpha, distribution) => {
    const inverse = betaInverse(alpha);
    for (const u of shares) expect(distribution(inverse(u))).toBeCloseTo(u, 4);
  });

  it.each([0.05, 0.2, 1, 8])('α = %d: symmetric, ascending, within 0 and 1', (alpha) => {
    const inverse = betaInverse(alpha);
    const draws = [0, ...shares, 1 - 2 ** -24].map(inverse);
    expect(draws.every((draw, index) => draw >= 0 && draw <= 1 && draw >= (draws[index - 1] ?? 0))).toBe(true);
    for (const u of shares) expect(inverse(u) + inverse(1 - u)).toBeCloseTo(1, 9);
  });
});
