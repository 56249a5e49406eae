// Spreads a number a window over the elements that the window covers: the adjoint of a sum over windows.
import type { Value } from '../../ir/graph.js';
import { sizeOf } from '../../ir/shape.js';
import { element, setElement, zeros, type Tensor } from '../../ir/tensor.js';
import type { Emit } from '../emit.js';
import { dtypeOf, staticShapeOf } from '../valueTypes.js';
import type { WindowGeometry } from './windowGeometry.js';

/**
 * dY [N, C, out…] → [N, C, in…]: Σ over the windows covering an element of dY times the product of
 * `weight(axis, place)`. Such a sum is separable, so it is one product with a constant matrix an axis.
 */
export function spreadWindows(
  emit: Emit,
  geometry: WindowGeometry,
  dY: Value,
  weight: (axis: number, place: number) => number = () => 1,
): Value {
  const [batch, channels, ...output] = staticShapeOf(dY) as [number, number, ...number[]];
  const sizes = [...output];
  let spread = dY;
  for (let axis = output.length - 1; axis >= 0; axis--) {
    const matrix = coverage(geometry, axis, dY, weight);
    const outer = batch * channels * sizeOf(sizes.slice(0, axis));
    const inner = sizeOf(sizes.slice(axis + 1));
    sizes[axis] = geometry.input[axis]!;
    spread =
      inner === 1
        ? emit.matMul(emit.reshape(spread, [outer, output[axis]!]), emit.constant(matrix, 'coverage'))
        : emit.matMul(emit.constant(turned(matrix), 'coverage'), emit.reshape(spread, [outer, output[axis]!, inner]));
  }
  return emit.reshape(spread, [batch, channels, ...geometry.input]);
}

/** [out, in]: the weight of a window at each element that it covers. */
function coverage(
  geometry: WindowGeometry,
  axis: number,
  like: Value,
  weight: (axis: number, place: number) => number,
): Tensor {
  const [places, size] = [geometry.output[axis]!, geometry.input[axis]!];
  const matrix = zeros(dtypeOf(like), [places, size]);
  for (let place = 0; place < places; place++)
    for (let tap = 0; tap < geometry.kernel[axis]!; tap++) {
      const at = place * geometry.strides[axis]! - geometry.begins[axis]! + tap * geometry.dilations[axis]!;
      if (at >= 0 && at < size) setElement(matrix, place * size + at, weight(axis, place));
    }
  return matrix;
}

function turned(matrix: Tensor): Tensor {
  const [rows, columns] = matrix.shape as [number, number];
  const result = zeros(matrix.dtype, [columns, rows]);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      setElement(result, column * rows + row, element(matrix, row * columns + column));
  return result;
}
