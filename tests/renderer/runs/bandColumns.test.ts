// Bands as columns of pixels: every extreme is in the column that it lies in, and there are no gaps between entries.
import { expect, test } from 'vitest';
import { bandColumns, type BandPlaces } from '../../../renderer/components/charts/bandColumns.js';

function columnsOf(entries: readonly (readonly [x: number, top: number, bottom: number])[], pixel = 1): number[][] {
  const column = (index: 0 | 1 | 2): Float64Array => Float64Array.from(entries, (entry) => entry[index]);
  const places: BandPlaces = { horizontal: column(0), one: column(2), other: column(1), from: 0, to: entries.length };
  const drawn: number[][] = [];
  bandColumns(places, { left: 10, right: 16, pixel }, (...one) => drawn.push(one));
  return drawn;
}

test('several entries of a column become one, from the least to the greatest', () => {
  const drawn = columnsOf([
    [10.1, 5, 6],
    [10.5, 1, 2],
    [10.9, 4, 9],
    [11.2, 3, 3],
  ]);
  expect(drawn).toEqual([
    [10.5, 1, 9],
    [11.5, 3, 3],
  ]);
});

test('between entries that lie apart the edges are straight; what is missing is passed over', () => {
  const drawn = columnsOf([
    [10, 0, 10],
    [12, NaN, NaN],
    [14, 4, 6],
  ]);
  expect(drawn).toEqual([
    [10.5, 0, 10],
    [11.5, 1, 9],
    [12.5, 2, 8],
    [13.5, 3, 7],
    [14.5, 4, 6],
  ]);
});

test('nothing is drawn beyond the ends, but what lies there leads in and out', () => {
  const drawn = columnsOf(
    [
      [8, 0, 8],
      [12, 4, 4],
      [30, 4, 22],
    ],
    2,
  );
  expect(drawn.map(([middle]) => middle)).toEqual([11, 13, 15]);
  expect(drawn[0]).toEqual([11, 2, 6]);
  expect(drawn[2]![2]).toBeCloseTo(4 + 18 / 9);
});

test('the finest picture of many points holds each of their extremes', () => {
  const points = Array.from({ length: 5000 }, (_, at) => [10 + (at * 6) / 5000, Math.sin(at * at), 0] as const);
  const drawn = columnsOf(points.map(([x, y]) => [x, y, y]));
  expect(drawn).toHaveLength(6);
  for (const [x, y] of points) {
    const [, top, bottom] = drawn[Math.floor(x - 10)]!;
    expect(top! <= y && y <= bottom!).toBe(true);
  }
});
