// ReduceMean: the mean over axes (ONNX ReduceMean-18).
import type { Value } from '../../ir/graph.js';
import { dtypeOf, shapeOf } from '../valueTypes.js';
import { defineReduction, type ReductionParts } from './defineReduction.js';

export const reduceMean = defineReduction({
  type: 'ReduceMean',
  since: 18,
  // dX = dY / n
  gradient: (parts) => {
    const count = staticCount(parts);
    if (count === undefined) return parts.emit.div(parts.dY, dynamicCount(parts));
    return count === 1 ? parts.dY : parts.emit.mul(parts.dY, 1 / count);
  },
});

function staticCount({ X, axes }: ReductionParts): number | undefined {
  const dims = axes.map((axis) => shapeOf(X)[axis]!);
  return dims.every((dim) => typeof dim === 'number') ? dims.reduce((n, dim) => n * dim, 1) : undefined;
}

function dynamicCount({ emit, X, axes }: ReductionParts): Value {
  const sizes = emit.gather(emit.node('Shape', [X]), emit.ints(axes));
  return emit.cast(emit.node('ReduceProd', [sizes], { keepdims: false }), dtypeOf(X));
}
