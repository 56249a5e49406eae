// Finds entries of ascending columns.

/** The first index whose value is at least `value`; the length where there is none. NaN counts as small. */
export function lowerBound(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The index of the value nearest to `value`; −1 in an empty column. */
export function nearestIndex(ascending: Float64Array, value: number): number {
  const after = lowerBound(ascending, value);
  if (after === 0) return ascending.length > 0 ? 0 : -1;
  if (after === ascending.length) return after - 1;
  return value - ascending[after - 1]! <= ascending[after]! - value ? after - 1 : after;
}
