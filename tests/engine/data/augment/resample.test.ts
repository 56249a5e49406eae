// Resampling against PyTorch's grid_sample and numpy's pad, and the maps that transforms are made of.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aboutCentre, cornersTo, product, stretch, type Matrix } from '../../../../engine/data/augment/matrix.js';
import { resample } from '../../../../engine/data/augment/resample.js';
import type { EdgeMode } from '../../../../engine/data/augment/edges.js';
import { largestDifference } from './images.js';

interface Goldens {
  readonly shape: readonly [number, number, number];
  readonly image: readonly number[];
  readonly cases: readonly {
    readonly map: string;
    readonly mode: EdgeMode;
    readonly matrix: Matrix;
    readonly height: number;
    readonly width: number;
    readonly values: readonly number[];
  }[];
  readonly pads: readonly { readonly mode: EdgeMode; readonly pixels: number; readonly values: readonly number[] }[];
}

const goldens = JSON.parse(
  readFileSync(new URL('../../../golden/augment/resampling.json', import.meta.url), 'utf8'),
) as Goldens;
const [channels, height, width] = goldens.shape;
const from = { data: Float32Array.from(goldens.image), height, width };

function mapped(
  matrix: Matrix,
  mode: EdgeMode,
  size: { readonly height: number; readonly width: number },
): Float32Array {
  const data = new Float32Array(channels * size.height * size.width);
  resample(from, { data, ...size }, { channels, matrix, mode, fill: 0 });
  return data;
}

function placeOf([a, b, c, d, e, f, g, h, i]: Matrix, x: number, y: number): number[] {
  const depth = g * x + h * y + i;
  return [(a * x + b * y + c) / depth, (d * x + e * y + f) / depth].map((value) => Math.round(value * 1e9) / 1e9);
}

describe('resample', () => {
  it.each(goldens.cases)('$map, $mode beyond the edges: as PyTorch', ({ matrix, mode, values, ...size }) => {
    expect(largestDifference(mapped(matrix, mode, size), values)).toBeLessThan(1e-4);
  });

  it.each(goldens.pads)('$pixels pixels of $mode around the image: as numpy', ({ mode, pixels, values }) => {
    const size = { width: width + 2 * pixels, height: height + 2 * pixels };
    expect([...mapped([1, 0, -pixels, 0, 1, -pixels, 0, 0, 1], mode, size)]).toEqual(values);
  });

  it.each(['constant', 'edge', 'reflect', 'wrap'] as const)(
    'copies whole places by the bits that interpolation gives, %s',
    (mode) => {
      const whole: Matrix = [-1, 0, 5, 0, 1, -2, 0, 0, 1];
      // The same places; the third row keeps it from being taken for a copy.
      const interpolated = whole.map((entry) => entry * 2) as unknown as Matrix;
      expect(mapped(whole, mode, { height: 9, width: 9 })).toEqual(mapped(interpolated, mode, { height: 9, width: 9 }));
    },
  );

  it('fills where the map leads nowhere', () => {
    const matrix: Matrix = [1, 0, 0, 0, 1, 0, 1, 0, -2];
    expect(mapped(matrix, 'constant', { height: 3, width: 5 }).every(Number.isFinite)).toBe(true);
    expect(mapped(matrix, 'reflect', { height: 3, width: 5 }).every(Number.isFinite)).toBe(true);
  });
});

describe('matrices', () => {
  it('keep the middle where it is', () => {
    expect(placeOf(aboutCentre({ width: 7, height: 5 }, 0.3, -2, 4, 1.5), 3, 2)).toEqual([3, 2]);
  });

  it('stretch a rectangle over a picture by the edges of its pixels', () => {
    const matrix = stretch({ width: 2, height: 6 }, { width: 4, height: 3 }, 1, 0);
    expect(placeOf(matrix, -0.5, -0.5)).toEqual([0.5, -0.5]);
    expect(placeOf(matrix, 3.5, 2.5)).toEqual([2.5, 5.5]);
  });

  it('lead corners to where they are told', () => {
    const matrix = cornersTo({ width: 7, height: 5 }, [0.5, 1, 6.5, -1, 5, 4.5, -1, 3]);
    const corners = [placeOf(matrix, 0, 0), placeOf(matrix, 6, 0), placeOf(matrix, 6, 4), placeOf(matrix, 0, 4)];
    expect(corners).toEqual([
      [0.5, 1],
      [6.5, -1],
      [5, 4.5],
      [-1, 3],
    ]);
  });

  it('multiply as maps follow each other', () => {
    const one = aboutCentre({ width: 7, height: 5 }, 0.3, -2, 4, 1.5);
    const other: Matrix = [1, 0, 2, 0, 1, -1, 0.1, 0, 1];
    const [x, y] = placeOf(other, 3, 1) as [number, number];
    const [throughBoth, apart] = [placeOf(product(one, other), 3, 1), placeOf(one, x, y)];
    expect(largestDifference(throughBoth, apart)).toBeLessThan(1e-6);
  });
});
