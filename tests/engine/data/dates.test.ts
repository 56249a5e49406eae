// Days since 1970 as people read them.
import { describe, expect, it } from 'vitest';
import { dateText } from '../../../engine/data/dates.js';

describe('Dates', () => {
  it('are told with the time of day where they have one', () => {
    expect([0, 15_839, -1, 19_782.5, 19_782 + 30_630 / 86_400, 19_782 + 1 / 86_400].map(dateText)).toEqual([
      '1970-01-01',
      '2013-05-14',
      '1969-12-31',
      '2024-02-29 12:00',
      '2024-02-29 08:30:30',
      '2024-02-29 00:00:01',
    ]);
  });

  it('beyond the years of four digits stay numbers', () => {
    expect([4e6, -1e6, NaN].map(dateText)).toEqual(['4000000', '-1000000', 'NaN']);
  });
});
