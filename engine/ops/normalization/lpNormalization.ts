// LpNormalization: divides by the 1- or 2-norm along an axis (ONNX LpNormalization-1).
import type { Value } from '../../ir/graph.js';
import { int } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { checkedAxis, likeX } from '../inference.js';

export const lpNormalization = defineOp({
  type: 'LpNormalization',
  since: 1,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { axis: int(-1), p: int(2) },
  infer: (context) => {
    const { axis, p } = context.attributes;
    checkedAxis(axis, context.X.shape.length, context.fail);
    if (p !== 1 && p !== 2) context.fail('p', `must be 1 or 2, got ${p}`);
    return likeX(context);
  },
  // n = ‖X‖; dX = (dY − s·Σ dY·Y)/n, s = Y for p 2, sign(X) for p 1; where n is 0 so are Y and dX.
  gradient: {
    X: ({ emit, X, Y, dY, attributes: { axis, p } }) => {
      const slope = p === 2 ? Y : signOf(emit, X);
      const size = emit.reduceSum(p === 2 ? emit.square(X) : emit.abs(X), [axis], true);
      const some = emit.greater(size, 0);
      const safe = emit.where(some, size, 1);
      const along = emit.reduceSum(emit.mul(dY, Y), [axis], true);
      const dX = emit.div(emit.sub(dY, emit.mul(slope, along)), p === 2 ? emit.sqrt(safe) : safe);
      return emit.mul(dX, emit.indicator(some, X));
    },
  },
});

function signOf(emit: Emit, x: Value): Value {
  return emit.sub(emit.indicator(emit.greater(x, 0), x), emit.indicator(emit.less(x, 0), x));
}
