// The elements of an array column as plain numbers, whatever they are stored as.
import { lengthOf, type ArrayColumn } from '../../../engine/data/dataSet.js';
import { element } from '../../../engine/ir/tensor.js';

export type Elements = Float64Array | Float32Array | Int32Array | Int8Array | Uint8Array;

const converted = new WeakMap<ArrayColumn, Float64Array>();
const ranges = new WeakMap<ArrayColumn, readonly [least: number, greatest: number]>();

/** A view where that is possible; 64-bit integers and 16-bit floats are converted once. */
export function elementsOf(column: ArrayColumn): Elements {
  const { dtype, data } = column;
  if (dtype !== 'int64' && dtype !== 'float16') return data as Elements;
  let made = converted.get(column);
  if (!made) {
    const source = { dtype, shape: [lengthOf(column), ...column.shape], data };
    made = Float64Array.from({ length: data.length }, (_, at) => element(source, at));
    converted.set(column, made);
  }
  return made;
}

/** The least and the greatest element; NaN is passed over. */
export function rangeOf(column: ArrayColumn): readonly [least: number, greatest: number] {
  const known = ranges.get(column);
  if (known) return known;
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of elementsOf(column)) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const range = [least, greatest] as const;
  ranges.set(column, range);
  return range;
}
