// Transposed convolutions: the gradient of a convolution as a layer, which enlarges.
import type { Value, ValueType } from '../../ir/graph.js';
import { sizeOf } from '../../ir/shape.js';
import { shapeOf } from '../../ops/valueTypes.js';
import { activationOption, emitActivation, type ActivationName } from '../activation/activations.js';
import { defineLayer, type LayerDefinition, type Report } from '../defineLayer.js';
import { known, requireKnown } from '../faults.js';
import { initializerOption, weightInitializer, zeroInitializer, type InitializerName } from '../initialization.js';
import { eachAxis, flag, padding, perAxis, type Padding, type PerAxis } from '../options.js';
import type { LoweringScope } from '../scope.js';
import { filtersOption, groupsOption } from './convolutionOptions.js';

export interface TransposeOptions {
  readonly filters: number;
  readonly kernel: PerAxis;
  readonly stride: PerAxis;
  readonly dilation: PerAxis;
  readonly padding: Padding;
  readonly outputPadding: PerAxis;
  readonly groups: number;
  readonly bias: boolean;
  readonly activation: ActivationName;
  readonly initializer: InitializerName;
}

interface TransposeWindow {
  readonly pads: readonly number[];
  readonly outputPadding: readonly number[];
}

/** `same` makes the output size × stride: reach − stride elements are cut off, or added where negative. */
export function transposeWindow(options: TransposeOptions, axes: number): TransposeWindow {
  const kernel = eachAxis(options.kernel, axes);
  const stride = eachAxis(options.stride, axes);
  const dilation = eachAxis(options.dilation, axes);
  if (options.padding === 'same') {
    const surplus = kernel.map((size, axis) => (size - 1) * dilation[axis]! + 1 - stride[axis]!);
    const begins = surplus.map((cut) => Math.floor(Math.max(cut, 0) / 2));
    const ends = surplus.map((cut, axis) => Math.max(cut, 0) - begins[axis]!);
    return { pads: [...begins, ...ends], outputPadding: surplus.map((cut) => Math.max(-cut, 0)) };
  }
  const pads = options.padding === 'valid' ? eachAxis(0, axes) : eachAxis(options.padding, axes);
  return { pads: [...pads, ...pads], outputPadding: eachAxis(options.outputPadding, axes) };
}

/** output = (input − 1) · stride + reach − pads + outputPadding must be positive. */
function checkTranspose(x: ValueType, options: TransposeOptions, report: Report): void {
  if (!requireKnown(x, 1, 'x', report)) return;
  const axes = x.shape.length - 2;
  const channels = known(x.shape[1]);
  const { groups, filters } = options;
  if (channels % groups) report('groups', `groups must divide the ${channels} input channels, got ${groups}`);
  if (filters % groups) report('groups', `groups must divide the ${filters} filters, got ${groups}`);
  const stride = eachAxis(options.stride, axes);
  const dilation = eachAxis(options.dilation, axes);
  const { pads, outputPadding } = transposeWindow(options, axes);
  eachAxis(options.kernel, axes).forEach((kernel, axis) => {
    const extra = outputPadding[axis]!;
    if (extra && extra >= Math.max(stride[axis]!, dilation[axis]!))
      report('outputPadding', `output padding must be smaller than the stride or the dilation, got ${extra}`);
    const size = x.shape[axis + 2];
    const reach = (kernel - 1) * dilation[axis]! + 1;
    const out = typeof size === 'number' ? (size - 1) * stride[axis]! + reach - pads[axis]! - pads[axis + axes]! : 1;
    if (out + extra < 1)
      report('padding', `the output size of axis ${axis + 2} must be at least 1, got ${out + extra}`);
  });
}

/** `weight` [channels, filters / groups, …kernel], as PyTorch and ONNX lay it out. */
function lowerTranspose(scope: LoweringScope, x: Value, options: TransposeOptions): Value {
  const { filters, groups } = options;
  const [, channels, ...sizes] = shapeOf(x);
  const axes = sizes.length;
  const kernel = eachAxis(options.kernel, axes);
  const weight = scope.parameter('weight', {
    shape: [known(channels), filters / groups, ...kernel],
    initializer: weightInitializer(options.initializer, {
      fanIn: (known(channels) / groups) * sizeOf(kernel),
      fanOut: (filters / groups) * sizeOf(kernel),
    }),
  });
  const bias = options.bias
    ? scope.parameter('bias', { shape: [filters], initializer: zeroInitializer, decay: false })
    : undefined;
  const { pads, outputPadding } = transposeWindow(options, axes);
  const output = scope.emit.node('ConvTranspose', [x, weight, bias], {
    kernel_shape: kernel,
    strides: eachAxis(options.stride, axes),
    dilations: eachAxis(options.dilation, axes),
    pads,
    output_padding: outputPadding,
    group: groups,
  });
  return emitActivation(scope.emit, output, options.activation);
}

const convTranspose = (axes: 1 | 2): LayerDefinition =>
  defineLayer({
    type: `ConvTranspose${axes}d`,
    title: `Transposed convolution ${axes}-d`,
    category: 'convolution',
    description: 'Enlarges by learned filters: the transpose of a strided convolution.',
    inputs: ['x'],
    accepts: { x: { rank: axes + 2 } },
    options: {
      filters: filtersOption,
      kernel: perAxis(axes, { label: 'Kernel', fallback: 3, max: 1024 }),
      stride: perAxis(axes, { label: 'Stride', fallback: 1, max: 1024 }),
      padding: padding(axes, { label: 'Padding', fallback: 'valid', description: 'Elements cut off the output.' }),
      outputPadding: perAxis(axes, { label: 'Output padding', fallback: 0, min: 0, max: 1024 }),
      dilation: perAxis(axes, { label: 'Dilation', fallback: 1, max: 1024 }),
      groups: groupsOption,
      bias: flag({ label: 'Bias', fallback: true }),
      activation: activationOption,
      initializer: initializerOption,
    },
    faults: ({ x }, options, report) => checkTranspose(x, options, report),
    lower: (scope, { x }, options) => lowerTranspose(scope, x, options),
  });

export const convTranspose1d = convTranspose(1);
export const convTranspose2d = convTranspose(2);
