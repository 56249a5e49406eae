// Curves as they travel: half the bytes, because a picture of fifty curves waits for its bytes longer than for all else.
import type { Curve } from './services/runs.js';

export type PackedColumn = Float64Array | Float32Array | Uint32Array;

export interface PackedCurve {
  readonly run: string;
  readonly name: string;
  readonly points: number;
  /** NaN where unknown. Epochs follow from it. */
  readonly stepsPerEpoch: number;
  readonly steps: PackedColumn;
  readonly times: PackedColumn;
  readonly values: PackedColumn;
  /** Rounded to 24 bits, which is more than any picture shows. */
  readonly min: PackedColumn;
  readonly max: PackedColumn;
}

/** The column in the smallest type that holds it without any loss. */
export function packColumn(column: Float64Array): PackedColumn {
  let [areCounts, areSingles] = [true, true];
  for (let at = 0; at < column.length && (areCounts || areSingles); at++) {
    const value = column[at]!;
    // −0 and NaN are no counts.
    areCounts &&= Object.is(value >>> 0, value);
    areSingles &&= Object.is(Math.fround(value), value);
  }
  return areCounts ? Uint32Array.from(column) : areSingles ? Float32Array.from(column) : column;
}

/** The column in half its bytes; as it is where something would overflow or vanish. */
export function roundColumn(column: Float64Array): PackedColumn {
  const rounded = Float32Array.from(column);
  const isLost = rounded.some(
    (single, at) => Number.isFinite(column[at]) && (Number.isFinite(single) ? single === 0 && column[at] !== 0 : true),
  );
  return isLost ? column : rounded;
}

export function unpackCurve({ stepsPerEpoch, steps, times, values, min, max, ...rest }: PackedCurve): Curve {
  const wide = (column: PackedColumn): Float64Array =>
    column instanceof Float64Array ? column : Float64Array.from(column);
  return {
    ...rest,
    steps: wide(steps),
    epochs: wide(steps).map((step) => step / stepsPerEpoch),
    times: wide(times),
    values: wide(values),
    min: wide(min),
    max: wide(max),
  };
}
