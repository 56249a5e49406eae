// MaxPool: the maximum of each window, optionally with its flat index (ONNX MaxPool-12).
import { int } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { staticShapeOf } from '../valueTypes.js';
import { maxPoolGradient } from './maxPoolGradient.js';
import { poolAttributes, pooledShape } from './poolInference.js';
import { geometryOf, unexpected, windowsOf } from './windowGeometry.js';

export const maxPool = defineOp({
  type: 'MaxPool',
  since: 12,
  inputs: ['X'],
  outputs: ['Y', 'Indices?'],
  attributes: { ...poolAttributes, storage_order: int(0) },
  infer: ({ X, attributes, fail }) => {
    const shape = pooledShape(X, attributes, fail);
    return [
      { dtype: X.dtype, shape },
      { dtype: 'int64', shape },
    ];
  },
  // dX is dY at the first maximum of each window in row-major order (as PyTorch), else 0.
  gradient: {
    X: ({ emit, X, Y, dY, node, attributes: values }) => {
      const windows = windowsOf(values.kernel_shape, values, unexpected);
      const geometry = geometryOf(windows, values, staticShapeOf(X).slice(2));
      const indices = values.storage_order === 0 ? node.outputs[1] : undefined;
      return maxPoolGradient(emit, { geometry, attributes: values, x: X, y: Y, indices, dY });
    },
  },
});
