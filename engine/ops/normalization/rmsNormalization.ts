// RMSNormalization: divides by the root mean square over the axes from `axis` on (ONNX RMSNormalization-23).
import type { Value } from '../../ir/graph.js';
import { float, int } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { checkedAxis } from '../inference.js';
import { lastAxesSum } from './lastAxesSum.js';
import { axesOf, checkBroadcast } from './layerNormalization.js';
import { inverseDeviation } from './statistics.js';

export const rmsNormalization = defineOp({
  type: 'RMSNormalization',
  since: 23,
  inputs: ['X', 'scale'],
  outputs: ['Y'],
  attributes: { axis: int(-1), epsilon: float(1e-5), stash_type: int(1) },
  infer: ({ X, scale, attributes: { axis }, fail }) => {
    checkedAxis(axis, X.shape.length, fail);
    checkBroadcast(scale.shape, X.shape, (sentence) => fail('scale', sentence));
    return [{ dtype: X.dtype, shape: X.shape }];
  },
  // i = 1/√(mean(X²) + ε), u = X·i, Y = scale·u; dX = i·(du − u·mean(du·u)), du = scale·dY
  gradient: {
    X: ({ emit, X, scale, dY, attributes: { axis, epsilon } }) => {
      const axes = axesOf(X, axis);
      const inverse = inverseRoot(emit, X, axes, epsilon);
      const unit = emit.mul(X, inverse);
      const du = emit.mul(dY, scale);
      return emit.mul(emit.sub(du, emit.mul(unit, emit.reduceMean(emit.mul(du, unit), axes, true))), inverse);
    },
    scale: ({ emit, X, scale, dY, attributes: { axis, epsilon } }) => {
      const unit = emit.mul(X, inverseRoot(emit, X, axesOf(X, axis), epsilon));
      return lastAxesSum(emit, emit.mul(dY, unit), scale);
    },
  },
});

function inverseRoot(emit: Emit, x: Value, axes: readonly number[], epsilon: number): Value {
  return inverseDeviation(emit, emit.reduceMean(emit.square(x), axes, true), epsilon);
}
