// GlobalMaxPool: the maximum over all of space (ONNX GlobalMaxPool-1).
import { sizeOf } from '../../ir/shape.js';
import { tensorOf } from '../../ir/tensor.js';
import { defineOp } from '../defineOp.js';
import { staticShapeOf } from '../valueTypes.js';
import { globallyPooledShape } from './poolInference.js';

export const globalMaxPool = defineOp({
  type: 'GlobalMaxPool',
  since: 1,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: {},
  infer: ({ X, fail }) => [{ dtype: X.dtype, shape: globallyPooledShape(X, fail) }],
  // dX is dY at the first maximum in row-major order: the hit of the lowest place.
  gradient: {
    X: ({ emit, X, Y, dY }) => {
      const shape = staticShapeOf(X);
      const places = sizeOf(shape.slice(2));
      const rank = Array.from({ length: places }, (_, at) => places - at);
      const ranks = emit.constant(tensorOf(X.dtype ?? 'float32', [1, 1, ...shape.slice(2)], rank), 'ranks');
      const hits = emit.mul(emit.indicator(emit.equal(X, Y), dY), ranks);
      const axes = shape.slice(2).map((_, axis) => axis + 2);
      const first = emit.indicator(emit.equal(hits, emit.reduceMax(hits, axes, true)), dY);
      return emit.mul(first, dY);
    },
  },
});
