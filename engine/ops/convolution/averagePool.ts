// AveragePool: the mean of each window (ONNX AveragePool-19).
import { flag } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { staticShapeOf } from '../valueTypes.js';
import { poolAttributes, pooledShape } from './poolInference.js';
import { spreadWindows } from './spreadWindows.js';
import { geometryOf, reachOf, unexpected, windowsOf, type WindowGeometry } from './windowGeometry.js';

export const averagePool = defineOp({
  type: 'AveragePool',
  since: 19,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { ...poolAttributes, count_include_pad: flag(false) },
  infer: ({ X, attributes, fail }) => [{ dtype: X.dtype, shape: pooledShape(X, attributes, fail) }],
  // Each element receives dY / count of the windows that cover it; counts are products over the axes.
  gradient: {
    X: ({ emit, X, dY, attributes: values }) => {
      const windows = windowsOf(values.kernel_shape, values, unexpected);
      const geometry = geometryOf(windows, values, staticShapeOf(X).slice(2));
      return spreadWindows(
        emit,
        geometry,
        dY,
        (axis, place) => 1 / countOf(geometry, axis, place, values.count_include_pad),
      );
    },
  },
});

/** Elements of the window at `place` that count, along one axis: those inside, or those inside or in the padding. */
function countOf(geometry: WindowGeometry, axis: number, place: number, includePad: boolean): number {
  const { kernel, strides, dilations, begins, ends, input } = geometry;
  const size = input[axis]!;
  const start = place * strides[axis]! - begins[axis]!;
  const low = includePad ? start : 0;
  const high = includePad ? Math.min(start + reachOf(geometry, axis), size + ends[axis]!) : size;
  let count = 0;
  for (let tap = 0; tap < kernel[axis]!; tap++) {
    const at = start + tap * dilations[axis]!;
    if (at >= low && at < high) count++;
  }
  return count;
}
