// LRN: local response normalisation across channels (ONNX LRN-13; Krizhevsky et al. 2012).
import type { Value } from '../../ir/graph.js';
import { sizeOf } from '../../ir/shape.js';
import { setElement, zeros } from '../../ir/tensor.js';
import { float, requiredInt } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { dtypeOf, staticShapeOf } from '../valueTypes.js';
import { likeX } from '../inference.js';

export const lrn = defineOp({
  type: 'LRN',
  since: 13,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { alpha: float(1e-4), beta: float(0.75), bias: float(1), size: requiredInt() },
  infer: (context) => {
    if (context.X.shape.length < 3)
      context.fail('X', `rank must be at least 3 (batch, channels, space), got ${context.X.shape.length}`);
    return likeX(context);
  },
  // S = bias + α/size·Σ_window X², Y = X·S^−β;
  // dX = dY·S^−β − 2αβ/size · X·Σ_windows dY·X·S^(−β−1)
  gradient: {
    X: ({ emit, X, dY, attributes: { alpha, beta, bias, size } }) => {
      const scale = alpha / size;
      const sums = emit.add(emit.mul(acrossChannels(emit, emit.square(X), size, false), scale), bias);
      const power = emit.pow(sums, -beta);
      const share = emit.div(emit.mul(emit.mul(dY, X), power), sums);
      const around = emit.mul(acrossChannels(emit, share, size, true), X);
      return emit.sub(emit.mul(dY, power), emit.mul(around, 2 * beta * scale));
    },
  },
});

/** Sums over windows of channels, a product with a band of ones; `adjoint` sums over the windows that cover a channel. */
function acrossChannels(emit: Emit, x: Value, size: number, adjoint: boolean): Value {
  const shape = staticShapeOf(x);
  const [batch, channels] = shape as [number, number];
  const band = zeros(dtypeOf(x), [channels, channels]);
  const before = Math.floor((size - 1) / 2);
  for (let channel = 0; channel < channels; channel++)
    for (let tap = channel - before; tap < channel - before + size; tap++)
      if (tap >= 0 && tap < channels)
        setElement(band, adjoint ? tap * channels + channel : channel * channels + tap, 1);
  const rows = emit.reshape(x, [batch, channels, sizeOf(shape.slice(2))]);
  return emit.reshape(emit.matMul(emit.constant(band, 'band'), rows), shape);
}
