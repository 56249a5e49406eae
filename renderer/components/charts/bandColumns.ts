// A band as columns of pixels: from its least to its greatest value in each. Filling its outline takes several times as long where
// it has about as many corners as there are pixels, and shows no more.

/** Places of a band's entries in pixels, ascending along `horizontal`; NaN where there is nothing. */
export interface BandPlaces {
  readonly horizontal: Float64Array;
  readonly one: Float64Array;
  readonly other: Float64Array;
  readonly from: number;
  readonly to: number;
}

export interface PixelGrid {
  readonly left: number;
  readonly right: number;
  /** The width of a column. */
  readonly pixel: number;
}

/** Calls `draw` with the middle of each column and what of it belongs to the band; between entries its edges are straight. */
export function bandColumns(
  { horizontal, one, other, from, to }: BandPlaces,
  { left, right, pixel }: PixelGrid,
  draw: (middle: number, top: number, bottom: number) => void,
): void {
  const count = Math.ceil((right - left) / pixel);
  let column = NaN;
  let [top, bottom] = [NaN, NaN];
  const finish = (): void => {
    if (column >= 0 && column < count) draw(left + (column + 0.5) * pixel, top, bottom);
  };
  for (let at = from; at < to; at++) {
    const high = Math.min(one[at]!, other[at]!);
    const low = Math.max(one[at]!, other[at]!);
    if (!(high <= low)) continue;
    const next = Math.floor((horizontal[at]! - left) / pixel);
    if (next === column) {
      top = Math.min(top, high);
      bottom = Math.max(bottom, low);
      continue;
    }
    finish();
    for (let between = Math.max(0, column + 1); between < Math.min(next, count); between++) {
      const share = (between - column) / (next - column);
      draw(left + (between + 0.5) * pixel, top + share * (high - top), bottom + share * (low - bottom));
    }
    [column, top, bottom] = [next, high, low];
  }
  finish();
}
