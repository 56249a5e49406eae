// Points that come in one report have times of their own.
import { expect, it } from 'vitest';
import { PointTimes } from '../../main/services/pointTimes.js';

it('The points of a report lie evenly in the time since the one before; a pause belongs to none', () => {
  const times = new PointTimes(1000);
  const first = times.report(1400);
  expect([0, 1, 2, 3].map((index) => first(index, 4))).toEqual([1100, 1200, 1300, 1400]);
  expect(first(0, 1)).toBe(1400);
  times.begin(61_400);
  const second = times.report(61_500);
  expect([0, 1].map((index) => second(index, 2))).toEqual([61_450, 61_500]);
  // A clock that was set back.
  expect(times.report(50_000)(0, 3)).toBe(50_000);
});
