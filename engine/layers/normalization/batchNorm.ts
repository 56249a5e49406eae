// BatchNorm (Ioffe and Szegedy, 2015): every channel gets mean 0 and variance 1 over the batch.
import type { Value } from '../../ir/graph.js';
import { sizeOf } from '../../ir/shape.js';
import { shapeOf, staticShapeOf } from '../../ops/valueTypes.js';
import { defineLayer } from '../defineLayer.js';
import { known, requireKnown } from '../faults.js';
import { decimal } from '../options.js';
import type { LoweringScope } from '../scope.js';
import { affineOption, affineParameters, epsilonOption } from './statistics.js';

export interface BatchNormOptions {
  readonly momentum: number;
  readonly epsilon: number;
  readonly affine: boolean;
}

export const batchNorm = defineLayer({
  type: 'BatchNorm',
  title: 'Batch normalisation',
  category: 'normalization',
  description:
    'Every channel (axis 1) gets mean 0 and variance 1: over the batch while training, by running statistics after.',
  inputs: ['x'],
  accepts: { x: { rank: [2, 5] } },
  options: {
    momentum: decimal({
      label: 'Momentum',
      fallback: 0.1,
      min: 0,
      max: 1,
      description: 'Share of the present batch in the running statistics.',
    }),
    epsilon: epsilonOption(),
    affine: affineOption,
  },
  faults: ({ x }, _options, report) => void requireKnown(x, 1, 'x', report),
  lower: (scope, { x }, options) => lowerBatchNorm(scope, x, options),
});

/** A frozen layer keeps to its running statistics in training too, so that fine-tuning leaves it as it was. */
export function lowerBatchNorm(scope: LoweringScope, x: Value, options: BatchNormOptions): Value {
  const { emit } = scope;
  const channels = known(shapeOf(x)[1]);
  const affine = affineParameters(scope, [channels], options.affine);
  const mean = scope.buffer('running_mean', { shape: [channels], initial: 0 });
  const variance = scope.buffer('running_var', { shape: [channels], initial: 1 });
  if (scope.training && !scope.frozen) return overBatch(scope, x, affine, { mean, variance }, options);
  const scale = affine?.weight ?? emit.full([channels], 1);
  const offset = affine?.bias ?? emit.full([channels], 0);
  return emit.node('BatchNormalization', [x, scale, offset, mean, variance], { epsilon: options.epsilon });
}

// y = (x − μ) · w / √(σ² + ε) + b, with μ and σ² of the batch; running ← (1 − m) running + m · new,
// the variance unbiased (n / (n − 1)) as PyTorch keeps it.
function overBatch(
  scope: LoweringScope,
  x: Value,
  affine: { readonly weight: Value; readonly bias: Value } | undefined,
  running: { readonly mean: Value; readonly variance: Value },
  { momentum, epsilon }: BatchNormOptions,
): Value {
  const { emit } = scope;
  const channels = known(shapeOf(x)[1]);
  const scale = affine?.weight ?? emit.full([channels], 1);
  const offset = affine?.bias ?? emit.full([channels], 0);
  // With the operator's momentum 0 its second and third output are the batch's own mean and population variance,
  // whatever comes in. onnxruntime writes them over those inputs, even where these are constants or the caller's
  // tensors: so each node gets values that nothing else reads.
  const [y, mean, variance] = emit.nodes(
    'BatchNormalization',
    [x, scale, offset, emit.neg(running.mean), emit.neg(running.variance)],
    { epsilon, momentum: 0, training_mode: true },
    3,
  ) as [Value, Value, Value];
  const count = sizeOf(staticShapeOf(x)) / channels;
  const next = (old: Value, now: Value, factor: number): Value =>
    emit.add(emit.mul(old, 1 - momentum), emit.mul(now, momentum * factor));
  scope.update('running_mean', next(running.mean, mean, 1));
  scope.update('running_var', next(running.variance, variance, count / Math.max(count - 1, 1)));
  return y;
}
