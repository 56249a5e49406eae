// OneHot: `on` at each index along a new axis, `off` elsewhere (ONNX OneHot-11).
import type { Value } from '../../ir/graph.js';
import { normalAxis, type Dim } from '../../ir/shape.js';
import { tensorOf } from '../../ir/tensor.js';
import { int } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { dtypeOf, rankOf, shapeOf } from '../valueTypes.js';
import { checkedAxis } from '../inference.js';
import { staticDim } from '../shaping/dims.js';
import { knownNumbers } from '../shaping/knownDims.js';

export const oneHot = defineOp({
  type: 'OneHot',
  since: 11,
  inputs: ['indices', 'depth', 'values'],
  outputs: ['output'],
  attributes: { axis: int(-1) },
  infer: ({ indices, values, attributes, node, fail }) => {
    const axis = checkedAxis(attributes.axis, indices.shape.length + 1, fail);
    const depth: Dim = knownNumbers(node.inputs[1])?.[0] ?? null;
    return [{ dtype: values.dtype, shape: indices.shape.toSpliced(axis, 0, depth) }];
  },
  gradient: {
    indices: zeroGradient('integer indices'),
    depth: zeroGradient('a size'),
    // y = off + (on − off)·hit: d off = Σ dY·(1 − hit), d on = Σ dY·hit
    values: ({ emit, indices, output, attributes, node, dY }) => {
      const axis = normalAxis(attributes.axis, rankOf(output))!;
      const hit = emit.indicator(hits(emit, indices, axis, staticDim(node, output, axis)), dY);
      const on = emit.reduceSum(emit.mul(dY, hit));
      const off = emit.sub(emit.reduceSum(dY), on);
      return emit.concat([emit.reshape(off, [1]), emit.reshape(on, [1])], 0);
    },
  },
});

/** Whether the place along `axis` is the index; indices from -depth count from the end. */
function hits(emit: Emit, indices: Value, axis: number, depth: number): Value {
  const dtype = dtypeOf(indices);
  const shape = shapeOf(indices).map(() => 1);
  const range = Array.from({ length: depth }, (_, at) => at);
  const places = emit.constant(tensorOf(dtype, shape.toSpliced(axis, 0, depth), range), 'places');
  const normal = emit.where(emit.less(indices, 0), emit.add(indices, depth), indices);
  return emit.equal(emit.unsqueeze(normal, [axis]), places);
}
