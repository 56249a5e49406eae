// BatchNormalization: by running statistics, or by the batch's own in training mode (ONNX BatchNormalization-15).
import type { Value } from '../../ir/graph.js';
import { dimsConflict, formatShape } from '../../ir/shape.js';
import { flag, float } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { rankOf, type Emit } from '../emit.js';
import {
  aroundChannels,
  inverseDeviation,
  perChannel,
  sampleSize,
  standardized,
  standardizedGradient,
  type Standardized,
} from './statistics.js';

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
      const { emit, X, scale, dY } = context;
      const rank = rankOf(X);
      const parts = partsOf(context);
      const du = emit.mul(dY, perChannel(emit, scale, rank));
      if (!context.attributes.training_mode)
        return emit.mul(dY, emit.mul(perChannel(emit, scale, rank), parts.inverse));
      return throughStatistics(context, parts, standardizedGradient(emit, parts, du, aroundChannels(rank)));
    },
    scale: (context) => {
      const { emit, X, dY } = context;
      return emit.reduceSum(emit.mul(dY, partsOf(context).unit), aroundChannels(rankOf(X)));
    },
    B: ({ emit, X, dY }) => emit.reduceSum(dY, aroundChannels(rankOf(X))),
    input_mean: (context) => {
      const { emit, X, scale, input_mean, input_var, dY, attributes: values, outputGradients } = context;
      if (values.training_mode) return carried(emit, outputGradients[1], values.momentum, input_mean);
      const inverse = inverseDeviation(emit, input_var, values.epsilon);
      return emit.neg(emit.mul(emit.mul(scale, inverse), emit.reduceSum(dY, aroundChannels(rankOf(X)))));
    },
    input_var: (context) => {
      const { emit, X, scale, input_var, dY, attributes: values, outputGradients } = context;
      if (values.training_mode) return carried(emit, outputGradients[2], values.momentum, input_var);
      const inverse = inverseDeviation(emit, input_var, values.epsilon);
      const along = emit.reduceSum(emit.mul(dY, partsOf(context).unit), aroundChannels(rankOf(X)));
      return emit.mul(emit.mul(emit.mul(scale, along), emit.square(inverse)), -0.5);
    },
  },
});

interface Context {
  readonly emit: Emit;
  readonly X: Value;
  readonly input_mean: Value;
  readonly input_var: Value;
  readonly running_mean: Value | undefined;
  readonly running_var: Value | undefined;
  readonly attributes: { readonly epsilon: number; readonly momentum: number; readonly training_mode: boolean };
  readonly outputGradients: readonly (Value | undefined)[];
}

/** With momentum 0 the running outputs are the batch's statistics, and need not be computed again. */
function partsOf(context: Context): Standardized {
  const { emit, X, attributes: values } = context;
  const rank = rankOf(X);
  const batch = values.training_mode
    ? values.momentum === 0
      ? [context.running_mean, context.running_var]
      : []
    : [context.input_mean, context.input_var];
  const [mean, variance] = batch.map((value) => value && perChannel(emit, value, rank));
  const inverse = variance && inverseDeviation(emit, variance, values.epsilon);
  return standardized(emit, X, aroundChannels(rank), values.epsilon, { mean, inverse });
}

/** Adds what arrives at the running statistics: d mean/dX = 1/n, d var/dX = 2·(X − mean)/n. */
function throughStatistics(context: Context, { centred }: Standardized, dX: Value): Value {
  const { emit, X, attributes: values, outputGradients } = context;
  const rank = rankOf(X);
  const share = (1 - values.momentum) / sampleSize(X, aroundChannels(rank));
  const [, mean, variance] = outputGradients;
  let total = dX;
  if (mean) total = emit.add(total, perChannel(emit, emit.mul(mean, share), rank));
  if (variance) total = emit.add(total, emit.mul(centred, perChannel(emit, emit.mul(variance, 2 * share), rank)));
  return total;
}

function carried(emit: Emit, gradient: Value | undefined, momentum: number, like: Value): Value {
  return gradient ? emit.mul(gradient, momentum) : emit.fullLike(like, 0);
}
