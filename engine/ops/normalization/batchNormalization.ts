// BatchNormalization: by running statistics, or by the batch's own in training mode (ONNX BatchNormalization-15).
import type { Value } from '../../ir/graph.js';
import { dimsConflict, formatShape } from '../../ir/shape.js';
import { flag, float } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { rankOf } from '../valueTypes.js';
import { channelSums } from './channelSums.js';
import { aroundChannels, inverseDeviation, perChannel, sampleSize, type Standardized } from './statistics.js';

const attributes = { epsilon: float(1e-5), momentum: float(0.9), training_mode: flag(false) };

export const batchNormalization = defineOp({
  type: 'BatchNormalization',
  since: 15,
  inputs: ['X', 'scale', 'B', 'input_mean', 'input_var'],
  outputs: ['Y', 'running_mean?', 'running_var?'],
  attributes,
  infer: ({ X, scale, B, input_mean, input_var, fail }) => {
    if (X.shape.length < 2) fail('X', `rank must be at least 2 (batch, channels), got ${formatShape(X.shape)}`);
    const channels = X.shape[1]!;
    for (const [port, input] of Object.entries({ scale, B, input_mean, input_var }))
      if (input.shape.length !== 1 || dimsConflict(input.shape[0]!, channels))
        fail(port, `shape must be ${formatShape([channels])}, one number a channel, got ${formatShape(input.shape)}`);
    const statistic = { dtype: input_mean.dtype, shape: [channels] };
    return [{ dtype: X.dtype, shape: X.shape }, statistic, statistic];
  },
  // Training: u = (X − mean(X))·i, i = 1/√(var(X) + ε), Y = scale·u + B,
  //   dX = scale·i·(dY − mean(dY) − u·mean(dY·u)),
  //   running' = momentum·running + (1 − momentum)·batch, with the population variance.
  // Inference: the same with constant statistics, dX = scale·i·dY.
  gradient: {
    X: (context) => {
      const { emit, X, scale, dY, attributes: values } = context;
      const parts = partsOf(context);
      const slope = emit.mul(perChannel(emit, scale, rankOf(X)), parts.inverse);
      return values.training_mode ? trainingGradient(context, parts, slope) : emit.mul(dY, slope);
    },
    scale: (context) => {
      const parts = partsOf(context);
      return context.emit.mul(alongCentred(context, parts), flat(context.emit, parts.inverse));
    },
    B: ({ emit, dY }) => channelSums(emit, dY),
    input_mean: (context) => {
      const { emit, scale, input_mean, dY, attributes: values, outputGradients } = context;
      if (values.training_mode) return carried(emit, outputGradients[1], values.momentum, input_mean);
      const slope = emit.mul(scale, flat(emit, partsOf(context).inverse));
      return emit.neg(emit.mul(slope, channelSums(emit, dY)));
    },
    input_var: (context) => {
      const { emit, scale, input_var, attributes: values, outputGradients } = context;
      if (values.training_mode) return carried(emit, outputGradients[2], values.momentum, input_var);
      const parts = partsOf(context);
      const inverse = flat(emit, parts.inverse);
      const cube = emit.mul(inverse, emit.square(inverse));
      return emit.mul(emit.mul(emit.mul(scale, alongCentred(context, parts)), cube), -0.5);
    },
  },
});

interface Context {
  readonly emit: Emit;
  readonly X: Value;
  readonly dY: Value;
  readonly input_mean: Value;
  readonly input_var: Value;
  readonly running_mean: Value | undefined;
  readonly running_var: Value | undefined;
  readonly attributes: { readonly epsilon: number; readonly momentum: number; readonly training_mode: boolean };
  readonly outputGradients: readonly (Value | undefined)[];
}

type Parts = Pick<Standardized, 'centred' | 'inverse'>;

/** With momentum 0 the running outputs are the batch's statistics, and need not be computed again. */
function partsOf(context: Context): Parts {
  const { emit, X, attributes: values } = context;
  const rank = rankOf(X);
  const known = values.training_mode
    ? values.momentum === 0
      ? [context.running_mean, context.running_var]
      : []
    : [context.input_mean, context.input_var];
  const share = 1 / sampleSize(X, aroundChannels(rank));
  const mean = known[0] ?? emit.mul(channelSums(emit, X), share);
  const centred = emit.sub(X, perChannel(emit, mean, rank));
  const variance = known[1] ?? emit.mul(channelSums(emit, emit.square(centred)), share);
  return { centred, inverse: inverseDeviation(emit, perChannel(emit, variance, rank), values.epsilon) };
}

/** Σ dY·(X − mean), one number a channel. */
function alongCentred({ emit, dY }: Context, { centred }: Parts): Value {
  return channelSums(emit, emit.mul(dY, centred));
}

/**
 * dX = a·dY − (b·(X − mean) + c) with the channel's a = scale·i, b = a·i²/n·Σ dY·(X − mean) and
 * c = a/n·Σ dY; what arrives at the running statistics goes into b and c too:
 * d mean/dX = 1/n, d var/dX = 2·(X − mean)/n.
 */
function trainingGradient(context: Context, parts: Parts, slope: Value): Value {
  const { emit, X, dY, attributes: values, outputGradients } = context;
  const rank = rankOf(X);
  const share = 1 / sampleSize(X, aroundChannels(rank));
  const channel = (vector: Value): Value => perChannel(emit, vector, rank);
  const along = channel(emit.mul(alongCentred(context, parts), share));
  let tilt = emit.mul(emit.mul(slope, emit.square(parts.inverse)), along);
  let offset = emit.mul(slope, channel(emit.mul(channelSums(emit, dY), share)));
  const [, mean, variance] = outputGradients;
  const kept = (1 - values.momentum) * share;
  if (mean) offset = emit.sub(offset, channel(emit.mul(mean, kept)));
  if (variance) tilt = emit.sub(tilt, channel(emit.mul(variance, 2 * kept)));
  return emit.sub(emit.mul(dY, slope), emit.add(emit.mul(parts.centred, tilt), offset));
}

/** [C, 1, …] → [C]. */
function flat(emit: Emit, value: Value): Value {
  return emit.reshape(value, [-1]);
}

function carried(emit: Emit, gradient: Value | undefined, momentum: number, like: Value): Value {
  return gradient ? emit.mul(gradient, momentum) : emit.fullLike(like, 0);
}
