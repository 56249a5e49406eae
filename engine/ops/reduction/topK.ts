// TopK: the K largest (or smallest) elements along an axis and their positions (ONNX TopK-11).
import type { Dim } from '../../ir/shape.js';
import { flag, int } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import { checkedAxis } from '../inference.js';
import { knownNumbers } from '../shaping/knownDims.js';

export const topK = defineOp({
  type: 'TopK',
  since: 11,
  inputs: ['X', 'K'],
  outputs: ['Values', 'Indices'],
  attributes: { axis: int(-1), largest: flag(true), sorted: flag(true) },
  infer: ({ X, attributes, node, fail }) => {
    const axis = checkedAxis(attributes.axis, X.shape.length, fail);
    const count: Dim = knownNumbers(node.inputs[1])?.[0] ?? null;
    const size = X.shape[axis]!;
    if (typeof count === 'number' && typeof size === 'number' && count > size)
      fail('K', `K must be at most ${size}, the size of axis ${axis}, got ${count}`);
    const shape = X.shape.with(axis, count);
    return [
      { dtype: X.dtype, shape },
      { dtype: 'int64', shape },
    ];
  },
  gradient: {
    // Each chosen element receives its gradient; the positions differ, so nothing adds up.
    X: ({ emit, X, Indices, attributes, dY }) =>
      emit.node('ScatterElements', [emit.fullLike(X, 0), Indices, dY], { axis: attributes.axis }),
    K: zeroGradient('a count'),
  },
});
