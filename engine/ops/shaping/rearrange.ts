// Moves elements of constants about, whatever their type: what the evaluation of shape arithmetic shares.
import { allocate } from '../../ir/dtype.js';
import { sizeOf } from '../../ir/shape.js';
import type { Tensor } from '../../ir/tensor.js';

/** A tensor of `shape` whose element at `coordinates` is the source's element number `from(coordinates)`. */
export function rearrange(
  source: Tensor,
  shape: readonly number[],
  from: (coordinates: readonly number[]) => number,
): Tensor {
  const data = allocate(source.dtype, sizeOf(shape));
  eachCoordinate(shape, (coordinates, index) => {
    data[index] = source.data[from(coordinates)]!;
  });
  return { dtype: source.dtype, shape, data };
}

/** The same elements in another shape. */
export function reshaped(source: Tensor, shape: readonly number[]): Tensor {
  return { dtype: source.dtype, shape, data: source.data };
}

/** Visits every index of a shape in row-major order. The array of coordinates is reused between visits. */
export function eachCoordinate(
  shape: readonly number[],
  visit: (coordinates: readonly number[], index: number) => void,
): void {
  const coordinates = new Array<number>(shape.length).fill(0);
  const count = sizeOf(shape);
  for (let index = 0; index < count; index++) {
    visit(coordinates, index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++coordinates[axis]! < shape[axis]!) break;
      coordinates[axis] = 0;
    }
  }
}

/** Σ coordinates·strides. */
export function offsetOf(coordinates: readonly number[], strides: readonly number[]): number {
  return coordinates.reduce((offset, coordinate, axis) => offset + coordinate * strides[axis]!, 0);
}
