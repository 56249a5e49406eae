// GlobalAveragePool: the mean over all of space (ONNX GlobalAveragePool-1).
import { sizeOf } from '../../ir/shape.js';
import { defineOp } from '../defineOp.js';
import { staticShapeOf } from '../valueTypes.js';
import { globallyPooledShape } from './poolInference.js';

export const globalAveragePool = defineOp({
  type: 'GlobalAveragePool',
  since: 1,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: {},
  infer: ({ X, fail }) => [{ dtype: X.dtype, shape: globallyPooledShape(X, fail) }],
  // dX = dY / (places), the same everywhere
  gradient: {
    X: ({ emit, X, dY }) => {
      const shape = staticShapeOf(X);
      const places = sizeOf(shape.slice(2));
      const byExpand = () => emit.expand(emit.mul(dY, 1 / places), shape);
      const byProduct = () => {
        const rows = emit.reshape(dY, [shape[0]! * shape[1]!, 1]);
        return emit.reshape(emit.matMul(rows, emit.full([1, places], 1 / places, dY)), shape);
      };
      return emit.choose(
        'globalAveragePool.gradient',
        shape.join('x'),
        places <= 256 ? { product: byProduct, expand: byExpand } : { expand: byExpand, product: byProduct },
      );
    },
  },
});
