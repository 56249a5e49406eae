// Curves as they travel: nothing that was logged changes, and extremes keep what a picture can show.
import { expect, test } from 'vitest';
import { packColumn, roundColumn, unpackCurve } from '../../../contract/packedCurve.js';

const wide = (...numbers: number[]): Float64Array => Float64Array.from(numbers);

test('a column is sent in the smallest type that holds it without loss', () => {
  expect(packColumn(wide(0, 1, 4_294_967_295))).toEqual(Uint32Array.of(0, 1, 4_294_967_295));
  expect(packColumn(wide(0.5, NaN, -Infinity, 3))).toEqual(Float32Array.of(0.5, NaN, -Infinity, 3));
  for (const kept of [wide(0.1), wide(4_294_967_296, 4_294_967_297), wide(1e39)]) expect(packColumn(kept)).toBe(kept);
  expect(Object.is(packColumn(wide(-0))[0], -0)).toBe(true);
  expect(packColumn(wide())).toHaveLength(0);
});

test('extremes are rounded, but nothing becomes infinite or nothing', () => {
  expect(roundColumn(wide(0.1, NaN))).toEqual(Float32Array.of(0.1, NaN));
  for (const kept of [wide(0.5, 1e300), wide(1e-300)]) expect(roundColumn(kept)).toBe(kept);
  expect(roundColumn(wide(0, Infinity))).toBeInstanceOf(Float32Array);
});

test('a curve is what it was, and epochs follow from steps', () => {
  const part = { run: 'a', name: 'loss', points: 4 };
  const columns = {
    steps: wide(3, 6),
    times: wide(10, 20.25),
    values: wide(0.1, 0.2),
    min: wide(0.1, 0.25),
    max: wide(0.5, 0.75),
  };
  const { steps, times, values, min, max } = columns;
  const packed = {
    ...part,
    stepsPerEpoch: 3,
    steps: packColumn(steps),
    times: packColumn(times),
    values: packColumn(values),
    min: roundColumn(min),
    max: roundColumn(max),
  };
  const curve = unpackCurve(packed);
  expect(curve).toEqual({ ...part, ...columns, epochs: wide(1, 2), min: wide(Math.fround(0.1), 0.25) });
  expect(unpackCurve({ ...packed, stepsPerEpoch: NaN }).epochs).toEqual(wide(NaN, NaN));
});
