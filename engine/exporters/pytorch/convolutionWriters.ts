// Dense layers and convolutions in PyTorch.
import type { ActivationName } from '../../layers/activation/activations.js';
import { transposeWindow, type TransposeOptions } from '../../layers/convolution/convTranspose.js';
import { windowAttributes } from '../../layers/convolution/spatial.js';
import { eachAxis, type Padding, type PerAxis } from '../../layers/options.js';
import type { ValueType } from '../../ir/graph.js';
import { activated } from './activationWriters.js';
import {
  sameNames,
  sizeAt,
  withinPart,
  writer,
  type LayerContext,
  type LayerWriter,
  type PythonModule,
} from './layerWriter.js';
import { call, perAxisText, tuple } from './python.js';

interface EndOptions {
  readonly bias: boolean;
  readonly activation: ActivationName;
  readonly weightNorm: boolean;
}

interface WindowOptions {
  readonly kernel: PerAxis;
  readonly stride: PerAxis;
  readonly dilation: PerAxis;
  readonly padding: Padding;
}

/** Wraps a module whose weight is g · v / ‖v‖; PyTorch keeps both below `parametrizations`. */
function weightNormalised({ code, tensors }: PythonModule): PythonModule {
  const { weight, ...rest } = tensors;
  const { shape } = weight!;
  return {
    code: `weight_norm(${code})`,
    tensors: {
      ...rest,
      weight_g: { theirs: 'parametrizations.weight.original0', shape: [shape[0]!, ...shape.slice(1).map(() => 1)] },
      weight_v: { theirs: 'parametrizations.weight.original1', shape },
    },
  };
}

const dense = writer<EndOptions & { units: number }>(({ options, inputs, args, self }) => {
  const features = sizeAt(inputs[0]!, -1);
  const { units, bias } = options;
  const linear: PythonModule = {
    code: call('nn.Linear', [features, units], { bias: [bias, true] }),
    tensors: sameNames({ weight: [units, features], ...(bias && { bias: [units] }) }),
  };
  return {
    module: options.weightNorm ? weightNormalised(linear) : linear,
    values: [activated(options.activation, `${self}(${args[0]!})`)],
  };
});

/** What PyTorch says by `padding=`, and what must be padded before; for pools, too. */
export interface PythonPadding {
  /** Of all axes, alike at both ends. */
  readonly inside: readonly number[];
  /** The input, padded where the module cannot. */
  readonly padded: (x: string, value?: string) => string;
  readonly isInside: boolean;
}

export function paddingOf(
  window: WindowOptions,
  input: ValueType,
  use: LayerContext['use'],
  most: readonly number[] = [],
): PythonPadding {
  const sizes = input.shape.slice(2);
  const { pads, kernel_shape, strides, dilations } = windowAttributes(window, sizes);
  const none = sizes.map(() => 0);
  if (!pads) {
    const lists = [kernel_shape, strides, dilations].map((values) => tuple(values)).join(', ');
    const padded = (x: string, value?: string): string =>
      `${use('pad_same')}(${x}, ${lists}${value === undefined ? '' : `, ${value}`})`;
    return { inside: none, padded, isInside: false };
  }
  const begins = pads.slice(0, sizes.length);
  const ends = pads.slice(sizes.length);
  const fits = begins.every((begin, axis) => begin === ends[axis] && begin <= (most[axis] ?? Infinity));
  if (fits) return { inside: begins, padded: (x) => x, isInside: true };
  const pairs = begins.map((begin, axis) => [begin, ends[axis]!]).reverse();
  const padded = (x: string, value?: string): string =>
    `F.pad(${x}, ${tuple(pairs.flat())}${value === undefined ? '' : `, value=${value}`})`;
  return { inside: none, padded, isInside: false };
}

interface Convolution extends WindowOptions {
  readonly channels: number;
  readonly filters: number;
  readonly groups: number;
  readonly bias: boolean;
  readonly weightNorm: boolean;
}

/** `pads` are those inside the module. */
function convolution(options: Convolution, axes: number, pads: readonly number[]): PythonModule {
  const { channels, filters, groups, bias, weightNorm } = options;
  const kernel = eachAxis(options.kernel, axes);
  const stride = perAxisText(eachAxis(options.stride, axes));
  const dilation = perAxisText(eachAxis(options.dilation, axes));
  const code = call(`nn.Conv${axes}d`, [channels, filters, perAxisText(kernel)], {
    stride: stride === '1' ? undefined : stride,
    padding: pads.every((pad) => pad === 0) ? undefined : perAxisText(pads),
    dilation: dilation === '1' ? undefined : dilation,
    groups: [groups, 1],
    bias: [bias, true],
  });
  const weight = [filters, channels / groups, ...kernel];
  const plain: PythonModule = { code, tensors: sameNames({ weight, ...(bias && { bias: [filters] }) }) };
  return weightNorm ? weightNormalised(plain) : plain;
}

type ConvolutionLayer = EndOptions & WindowOptions & { filters: number; groups?: number; multiplier?: number };

/** Filters and groups from the options and the channels of the input. */
const convolutionLayer = (
  sizes: (options: ConvolutionLayer, channels: number) => { filters: number; groups: number },
): LayerWriter =>
  writer<ConvolutionLayer>(({ options, inputs, args, self, use }) => {
    const [input] = inputs as [ValueType];
    const channels = sizeAt(input, 1);
    const { inside, padded } = paddingOf(options, input, use);
    const module = convolution({ ...options, channels, ...sizes(options, channels) }, input.shape.length - 2, inside);
    return { module, values: [activated(options.activation, `${self}(${padded(args[0]!)})`)] };
  });

const plain = convolutionLayer(({ filters, groups = 1 }) => ({ filters, groups }));
const depthwise = convolutionLayer(({ multiplier = 1 }, channels) => ({
  filters: channels * multiplier,
  groups: channels,
}));

const separable = writer<ConvolutionLayer & { multiplier: number }>(({ options, inputs, args, self, use }) => {
  const [input] = inputs as [ValueType];
  const channels = sizeAt(input, 1);
  const inner = channels * options.multiplier;
  const { inside, padded } = paddingOf(options, input, use);
  const spread = convolution({ ...options, channels, filters: inner, groups: channels, bias: false }, 2, inside);
  const point = { kernel: 1, stride: 1, dilation: 1, padding: 'valid' as const };
  const mixed = convolution({ ...options, ...point, channels: inner, groups: 1 }, 2, [0, 0]);
  const parts = [`("depthwise", ${spread.code})`, `("pointwise", ${mixed.code})`];
  return {
    module: {
      code: `nn.Sequential(OrderedDict([${parts.join(', ')}]))`,
      tensors: { ...withinPart('depthwise', spread.tensors), ...withinPart('pointwise', mixed.tensors) },
    },
    values: [activated(options.activation, `${self}(${padded(args[0]!)})`)],
  };
});

/** PyTorch cuts both ends alike: what `same` cuts more at the end is cut by a slice. */
const transposed = writer<TransposeOptions>(({ options, inputs, args, self }) => {
  const [input] = inputs as [ValueType];
  const axes = input.shape.length - 2;
  const channels = sizeAt(input, 1);
  const { pads, outputPadding } = transposeWindow(options, axes);
  const begins = pads.slice(0, axes);
  const surplus = begins.map((begin, axis) => pads[axis + axes]! - begin);
  const kernel = eachAxis(options.kernel, axes);
  const text = (values: PerAxis, standard: string): string | undefined => {
    const shown = perAxisText(eachAxis(values, axes));
    return shown === standard ? undefined : shown;
  };
  const code = call(`nn.ConvTranspose${axes}d`, [channels, options.filters, perAxisText(kernel)], {
    stride: text(options.stride, '1'),
    padding: text(begins, '0'),
    output_padding: text(outputPadding, '0'),
    groups: [options.groups, 1],
    bias: [options.bias, true],
    dilation: text(options.dilation, '1'),
  });
  const weight = [channels, options.filters / options.groups, ...kernel];
  const cut = surplus.some((extra) => extra > 0)
    ? `[:, :, ${surplus.map((extra) => (extra > 0 ? `:-${extra}` : ':')).join(', ')}]`
    : '';
  return {
    module: { code, tensors: sameNames({ weight, ...(options.bias && { bias: [options.filters] }) }) },
    values: [activated(options.activation, `${self}(${args[0]!})${cut}`)],
  };
});

export const convolutionWriters: Readonly<Record<string, LayerWriter>> = {
  Dense: dense,
  Conv1d: plain,
  Conv2d: plain,
  Conv3d: plain,
  DepthwiseConv2d: depthwise,
  SeparableConv2d: separable,
  ConvTranspose1d: transposed,
  ConvTranspose2d: transposed,
};
