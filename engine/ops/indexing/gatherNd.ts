// GatherND: picks slices addressed by index tuples, per batch where asked (ONNX GatherND-13).
import type { Value } from '../../ir/graph.js';
import { sizeOf } from '../../ir/shape.js';
import { tensorOf } from '../../ir/tensor.js';
import { int } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { dtypeOf, staticShapeOf } from '../valueTypes.js';
import { scatterAdd } from './scatterAdd.js';

export const gatherNd = defineOp({
  type: 'GatherND',
  since: 13,
  inputs: ['data', 'indices'],
  outputs: ['output'],
  attributes: { batch_dims: int(0) },
  // output[b, i, …] = data[b, indices[b, i, :], …]
  infer: ({ data, indices, attributes, fail }) => {
    const { batch_dims: batch } = attributes;
    const depth = indices.shape.at(-1);
    if (depth === undefined) fail('indices', 'indices must have rank 1 or more, got 0');
    if (batch < 0 || batch >= Math.min(data.shape.length, indices.shape.length))
      fail('batch_dims', `batch_dims must be below both ranks, got ${batch}`);
    if (typeof depth !== 'number') return [{ dtype: data.dtype, shape: undefined }];
    if (batch + depth > data.shape.length)
      fail('indices', `index tuples of ${depth} after ${batch} batch axes must fit a rank of ${data.shape.length}`);
    return [{ dtype: data.dtype, shape: [...indices.shape.slice(0, -1), ...data.shape.slice(batch + depth)] }];
  },
  gradient: {
    data: ({ emit, data, indices, attributes, dY }) => {
      const tuples = withBatch(emit, emit.cast(indices, 'int64'), attributes.batch_dims);
      const shape = staticShapeOf(tuples);
      const depth = shape.at(-1)!;
      const count = sizeOf(shape.slice(0, -1));
      const flat = emit.reshape(dY, [count, ...staticShapeOf(data).slice(depth)]);
      return scatterAdd(emit, emit.fullLike(data, 0), emit.reshape(tuples, [count, depth]), flat);
    },
    indices: zeroGradient('integer indices'),
  },
  flops: () => 0,
});

/** Index tuples that begin with their own batch position, as ScatterND needs them. */
function withBatch(emit: Emit, indices: Value, batch: number): Value {
  if (batch === 0) return indices;
  const shape = staticShapeOf(indices).slice(0, -1);
  const tuples = sizeOf(shape);
  const inner = sizeOf(shape.slice(batch));
  const positions = Array.from({ length: tuples }, (_, at) => {
    let rest = Math.floor(at / inner);
    const position = new Array<number>(batch);
    for (let axis = batch - 1; axis >= 0; axis--) {
      position[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return position;
  });
  const prefix = emit.constant(tensorOf(dtypeOf(indices), [...shape, batch], positions.flat()), 'batch');
  return emit.concat([prefix, indices], -1);
}
