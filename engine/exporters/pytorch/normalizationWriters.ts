// Norms and what only acts in training, in PyTorch.
import { expression, sameNames, sizeAt, writer, type LayerWriter, type PythonModule } from './layerWriter.js';
import { call, tuple } from './python.js';

interface NormOptions {
  readonly epsilon: number;
  readonly affine: boolean;
}

function affineTensors(affine: boolean, shape: readonly number[]): Record<string, readonly number[]> {
  return affine ? { weight: shape, bias: shape } : {};
}

const batchNorm = writer<NormOptions & { momentum: number }>(({ options, inputs, args, self }) => {
  const channels = sizeAt(inputs[0]!, 1);
  const axes = Math.max(1, inputs[0]!.shape.length - 2);
  const code = call(`nn.BatchNorm${axes}d`, [channels], {
    eps: [options.epsilon, 1e-5],
    momentum: [options.momentum, 0.1],
    affine: [options.affine, true],
  });
  const shapes = { ...affineTensors(options.affine, [channels]), running_mean: [channels], running_var: [channels] };
  return { module: { code, tensors: sameNames(shapes) }, values: [`${self}(${args[0]!})`] };
});

const layerNorm = writer<NormOptions & { axes: number }>(({ options, inputs, args, self }) => {
  const shape = inputs[0]!.shape.slice(-options.axes) as number[];
  const code = call('nn.LayerNorm', [shape.length === 1 ? shape[0]! : tuple(shape)], {
    eps: [options.epsilon, 1e-5],
    elementwise_affine: [options.affine, true],
  });
  return {
    module: { code, tensors: sameNames(affineTensors(options.affine, shape)) },
    values: [`${self}(${args[0]!})`],
  };
});

const groupNorm = writer<NormOptions & { groups: number }>(({ options, inputs, args, self }) => {
  const channels = sizeAt(inputs[0]!, 1);
  const named = { eps: [options.epsilon, 1e-5], affine: [options.affine, true] } as const;
  const code = call('nn.GroupNorm', [options.groups, channels], named);
  return {
    module: { code, tensors: sameNames(affineTensors(options.affine, [channels])) },
    values: [`${self}(${args[0]!})`],
  };
});

/** PyTorch's default has no scale and offset. */
const instanceNorm = writer<NormOptions>(({ options, inputs, args, self }) => {
  const channels = sizeAt(inputs[0]!, 1);
  const named = { eps: [options.epsilon, 1e-5], affine: [options.affine, false] } as const;
  const code = call(`nn.InstanceNorm${inputs[0]!.shape.length - 2}d`, [channels], named);
  return {
    module: { code, tensors: sameNames(affineTensors(options.affine, [channels])) },
    values: [`${self}(${args[0]!})`],
  };
});

const rmsNorm = writer<NormOptions>(({ options, inputs, args, self }) => {
  const size = sizeAt(inputs[0]!, -1);
  const code = call('nn.RMSNorm', [size], {
    eps: String(options.epsilon),
    elementwise_affine: [options.affine, true],
  });
  const module: PythonModule = { code, tensors: sameNames(options.affine ? { weight: [size] } : {}) };
  return { module, values: [`${self}(${args[0]!})`] };
});

const normalise = writer<{ axis: number }>(({ options, inputs, args, self, use }) => {
  const size = sizeAt(inputs[0]!, options.axis);
  const code = call(use('Normalise'), [size], { axis: String(options.axis) });
  return {
    module: { code, tensors: sameNames({ mean: [size], deviation: [size] }) },
    values: [`${self}(${args[0]!})`],
  };
});

/** A module without tensors, kept because it behaves otherwise in training. */
const dropout = (codeOf: (rate: number, rank: number) => string): LayerWriter =>
  writer<{ rate: number }>(({ options, inputs, args, self }) => ({
    module: { code: codeOf(options.rate, inputs[0]!.shape.length), tensors: {} },
    values: [`${self}(${args[0]!})`],
  }));

export const normalizationWriters: Readonly<Record<string, LayerWriter>> = {
  BatchNorm: batchNorm,
  LayerNorm: layerNorm,
  GroupNorm: groupNorm,
  InstanceNorm: instanceNorm,
  RmsNorm: rmsNorm,
  Normalise: normalise,
  Dropout: dropout((rate) => `nn.Dropout(${rate})`),
  SpatialDropout: dropout((rate, rank) => `nn.Dropout${rank - 2}d(${rate})`),
  GaussianNoise: writer<{ deviation: number }>(({ options, args, self, use }) => ({
    module: { code: `${use('GaussianNoise')}(${options.deviation})`, tensors: {} },
    values: [`${self}(${args[0]!})`],
  })),
  Masking: expression(([x, mask]) => `${x} * ${mask!}.to(${x}.dtype).unsqueeze(2)`),
};
