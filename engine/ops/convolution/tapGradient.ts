// The gradient of a maximum over windows, one place of the window after another: needs no index tensor.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../emit.js';
import { staticShapeOf } from '../valueTypes.js';
import type { MaxPooling } from './maxPoolGradient.js';
import type { WindowGeometry } from './windowGeometry.js';

/** Each place of the window takes what has not yet been taken, where it equals the maximum. */
export function tapGradient(emit: Emit, { geometry, x, y, dY }: MaxPooling): Value {
  const ends = neededEnds(geometry);
  const padded = emit.pad(x, [0, 0, ...geometry.begins, 0, 0, ...ends.map((end) => Math.max(0, end))], -Infinity);
  let free: Value | undefined;
  let total: Value | undefined;
  for (const tap of taps(geometry)) {
    const hit = emit.indicator(emit.equal(tapOf(emit, geometry, padded, tap), y), dY);
    const taken = free ? emit.mul(hit, free) : hit;
    free = free ? emit.sub(free, taken) : emit.sub(1, taken);
    const placed = placeTap(emit, geometry, emit.mul(dY, taken), tap, staticShapeOf(padded).slice(2));
    total = total ? emit.add(total, placed) : placed;
  }
  return unpad(emit, geometry, total!, staticShapeOf(x));
}

/** End padding up to the last element that a window reads; negative where input is left over. */
function neededEnds({ kernel, strides, dilations, begins, input, output }: WindowGeometry): number[] {
  return kernel.map(
    (size, axis) =>
      (output[axis]! - 1) * strides[axis]! + (size - 1) * dilations[axis]! + 1 - input[axis]! - begins[axis]!,
  );
}

/** Every place of the window, in row-major order. */
function taps({ kernel }: WindowGeometry): number[][] {
  return kernel.reduce<number[][]>(
    (list, size) => list.flatMap((tap) => Array.from({ length: size }, (_, at) => [...tap, at])),
    [[]],
  );
}

/** What all windows see at one place. */
function tapOf(emit: Emit, geometry: WindowGeometry, padded: Value, tap: readonly number[]): Value {
  const starts = tap.map((at, axis) => at * geometry.dilations[axis]!);
  const ends = starts.map((start, axis) => start + (geometry.output[axis]! - 1) * geometry.strides[axis]! + 1);
  const axes = tap.map((_, axis) => axis + 2);
  return emit.slice(padded, starts, ends, axes, geometry.strides);
}

/** The inverse: one number a window, put at that place of the padded plane, zeros elsewhere. */
function placeTap(
  emit: Emit,
  geometry: WindowGeometry,
  values: Value,
  tap: readonly number[],
  size: readonly number[],
): Value {
  const { output, strides, dilations } = geometry;
  const [batch, channels] = staticShapeOf(values) as [number, number];
  const split = emit.reshape(values, [batch, channels, ...output.flatMap((length) => [length, 1])]);
  const gaps = strides.flatMap((stride) => [0, stride - 1]);
  const spaced = emit.reshape(emit.pad(split, [0, 0, ...gaps.map(() => 0), 0, 0, ...gaps]), [
    batch,
    channels,
    ...output.map((length, axis) => length * strides[axis]!),
  ]);
  const exact = output.map((length, axis) => (length - 1) * strides[axis]! + 1);
  const axes = exact.map((_, axis) => axis + 2);
  const tight = strides.some((stride) => stride > 1)
    ? emit.slice(
        spaced,
        exact.map(() => 0),
        exact,
        axes,
      )
    : spaced;
  const before = tap.map((at, axis) => at * dilations[axis]!);
  const after = size.map((length, axis) => length - before[axis]! - exact[axis]!);
  return emit.pad(tight, [0, 0, ...before, 0, 0, ...after]);
}

function unpad(emit: Emit, { begins, input }: WindowGeometry, padded: Value, shape: readonly number[]): Value {
  const size = staticShapeOf(padded);
  if (size.every((length, axis) => length === shape[axis])) return padded;
  return emit.slice(
    padded,
    begins,
    input.map((length, axis) => begins[axis]! + length),
    input.map((_, axis) => axis + 2),
  );
}
