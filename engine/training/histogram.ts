// Histograms of tensors on shared edges, so that those of several times can be laid over each other.

export type Numbers = readonly number[] | Float32Array | Float64Array | Int32Array;

/** Of the finite elements; counts of the others. */
export interface Spread {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** Elements that are NaN or infinite. */
  readonly broken: number;
}

/** In float64, in two passes so that large means do not eat the deviation; all NaN where nothing is finite. */
export function spreadOf(elements: Numbers): Spread {
  let [sum, count, min, max] = [0, 0, Infinity, -Infinity];
  for (const value of elements) {
    if (!Number.isFinite(value)) continue;
    sum += value;
    count++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const broken = elements.length - count;
  if (count === 0) return { mean: NaN, std: NaN, min: NaN, max: NaN, broken };
  const mean = sum / count;
  let squares = 0;
  for (const value of elements) {
    if (Number.isFinite(value)) squares += (value - mean) ** 2;
  }
  return { mean, std: Math.sqrt(squares / count), min, max, broken };
}

/** `bins` equal bins over all the finite elements of all tensors; one value alone gets bins around it. */
export function sharedEdges(tensors: readonly Numbers[], bins: number): Float64Array {
  let [low, high] = [Infinity, -Infinity];
  for (const elements of tensors) {
    const { min, max } = spreadOf(elements);
    if (min < low) low = min;
    if (max > high) high = max;
  }
  if (!(low <= high)) [low, high] = [-1, 1];
  if (low === high) {
    const room = Math.abs(low) * 0.05 || 1e-6;
    [low, high] = [low - room, high + room];
  }
  return Float64Array.from({ length: bins + 1 }, (_, edge) => low + ((high - low) * edge) / bins);
}

/** How many finite elements lie in each bin; the last bin includes its end. */
export function countInto(elements: Numbers, edges: Float64Array): Float64Array {
  const bins = edges.length - 1;
  const counts = new Float64Array(bins);
  const low = edges[0]!;
  const factor = bins / (edges[bins]! - low);
  for (const value of elements) {
    if (!Number.isFinite(value)) continue;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((value - low) * factor)));
    counts[bin]!++;
  }
  return counts;
}
