// Pow: A to the power B, elementwise with broadcasting; the result has the type of A (ONNX Pow-15).
import type { Value } from '../../ir/graph.js';
import { element } from '../../ir/tensor.js';
import { broadcastShapes, formatShape } from '../../ir/shape.js';
import { defineOp } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { dtypeOf } from '../valueTypes.js';

export const pow = defineOp({
  type: 'Pow',
  since: 15,
  inputs: ['X', 'Y'],
  outputs: ['Z'],
  attributes: {},
  infer({ X, Y, fail }) {
    const shape = broadcastShapes(X.shape, Y.shape);
    if (!shape) fail('Y', `shapes ${formatShape(X.shape)} and ${formatShape(Y.shape)} do not broadcast`);
    return [{ dtype: X.dtype, shape }];
  },
  // d(Xʸ) = Y·Xʸ⁻¹·dX + Xʸ·log X·dY
  gradient: {
    X: ({ emit, X, Y, dY }) => emit.mul(dY, slope(emit, X, Y)),
    Y: ({ emit, X, Z, dY }) => {
      // At a base of 0 the limit of Xʸ·log X is 0 for Y > 0; log 1 stands in, so that no NaN arises.
      const safe = emit.where(emit.equal(X, 0), 1, X);
      return emit.mul(dY, emit.mul(Z, emit.log(safe)));
    },
  },
  evaluate: ([x, y]) => {
    if (y!.data.length !== 1 || (x!.dtype !== 'float32' && x!.dtype !== 'float64')) return undefined;
    const exponent = element(y!, 0);
    const data = (x!.data as Float64Array).map((value) => Math.pow(value, exponent));
    const shape = broadcastShapes(x!.shape, y!.shape) as readonly number[];
    return [{ dtype: x!.dtype, shape, data }];
  },
});

/** Y·Xʸ⁻¹, with fewer nodes for a constant exponent. */
function slope(emit: Emit, x: Value, exponent: Value): Value {
  const fixed = exponent.constant?.data.length === 1 ? element(exponent.constant, 0) : undefined;
  if (fixed === 0) return emit.fullLike(x, 0);
  if (fixed === 1) return emit.scalar(1, x);
  if (fixed === 2) return emit.mul(x, 2);
  if (fixed !== undefined) return emit.mul(emit.pow(x, fixed - 1), fixed);
  const y = emit.cast(exponent, dtypeOf(x));
  // 0⁰ is 1 whatever the base does: its slope 0·0⁻¹ would be NaN, 0·0⁰ is 0.
  const both = emit.and(emit.equal(x, 0), emit.equal(y, 0));
  return emit.mul(y, emit.pow(x, emit.sub(emit.where(both, 1, y), 1)));
}
