// GroupNormalization: standardises groups of channels of each example (ONNX GroupNormalization-21, scale a channel).
import type { Value } from '../../ir/graph.js';
import { dimsConflict, formatShape } from '../../ir/shape.js';
import { float, int, requiredInt } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { rankOf, staticShapeOf } from '../valueTypes.js';
import { aroundChannels, perChannel, standardized, standardizedGradient, type Standardized } from './statistics.js';

export const groupNormalization = defineOp({
  type: 'GroupNormalization',
  since: 21,
  inputs: ['X', 'scale', 'bias'],
  outputs: ['Y'],
  attributes: { epsilon: float(1e-5), num_groups: requiredInt(), stash_type: int(1) },
  infer: ({ X, scale, bias, attributes: { num_groups: groups }, fail }) => {
    if (X.shape.length < 2) fail('X', `rank must be at least 2 (batch, channels), got ${formatShape(X.shape)}`);
    const channels = X.shape[1]!;
    if (groups < 1 || (typeof channels === 'number' && channels % groups !== 0))
      fail('num_groups', `must divide the ${String(channels)} channels, got ${groups}`);
    for (const [port, vector] of Object.entries({ scale, bias }))
      if (vector.shape.length !== 1 || dimsConflict(vector.shape[0]!, channels))
        fail(port, `shape must be ${formatShape([channels])}, one number a channel, got ${formatShape(vector.shape)}`);
    return [{ dtype: X.dtype, shape: X.shape }];
  },
  // u = (X − mean)/√(var + ε) over each group, Y = scale·u + bias
  gradient: {
    X: ({ emit, X, scale, dY, attributes }) => {
      const shape = staticShapeOf(X);
      const du = grouped(emit, emit.mul(dY, perChannel(emit, scale, shape.length)), attributes.num_groups);
      return emit.reshape(standardizedGradient(emit, partsOf(emit, X, attributes), du, [2]), shape);
    },
    scale: ({ emit, X, dY, attributes }) => {
      const unit = emit.reshape(partsOf(emit, X, attributes).unit, staticShapeOf(X));
      return emit.reduceSum(emit.mul(dY, unit), aroundChannels(rankOf(X)));
    },
    bias: ({ emit, X, dY }) => emit.reduceSum(dY, aroundChannels(rankOf(X))),
  },
});

function partsOf(emit: Emit, x: Value, values: { num_groups: number; epsilon: number }): Standardized {
  return standardized(emit, grouped(emit, x, values.num_groups), [2], values.epsilon);
}

/** [N, C, …] → [N, groups, rest]. */
function grouped(emit: Emit, x: Value, groups: number): Value {
  return emit.reshape(x, [staticShapeOf(x)[0]!, groups, -1]);
}
