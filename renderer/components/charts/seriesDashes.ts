// Which dashes the line of a series has: after the theme's colours they begin again, with other dashes.
import { seriesCount } from '../../theme/series.js';

/** Of lines that are 1.5 pixels thick. */
const patterns: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

/** Lengths of strokes and gaps; empty: a whole line. */
export function seriesDashes(index: number): readonly number[] {
  return patterns[Math.floor(index / seriesCount) % patterns.length]!;
}

/** Series keep the colours that they have; those of one colour get different dashes. */
export function distinctSeries(colours: readonly number[]): number[] {
  const taken = new Map<number, number>();
  return colours.map((colour) => {
    const times = taken.get(colour) ?? 0;
    taken.set(colour, times + 1);
    return colour + seriesCount * times;
  });
}
