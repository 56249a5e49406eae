// Shapes, merges and composite blocks in PyTorch.
import { edgesOf } from '../../layers/shape/edges.js';
import { eachAxis, type PerAxis } from '../../layers/options.js';
import {
  expression,
  sameNames,
  sizeAt,
  withinPart,
  writer,
  type LayerWriter,
  type PythonModule,
} from './layerWriter.js';
import { call, perAxisText, tuple } from './python.js';

/** `x[:, :, 1:5]`: what stands at the given axis. */
function indexed(x: string, axis: number, index: string): string {
  return `${x}[${[...new Array<string>(axis).fill(':'), index].join(', ')}]`;
}

const torchModes = { constant: 'constant', reflect: 'reflect', edge: 'replicate' } as const;

const padding = expression<{ edges: readonly number[]; mode: keyof typeof torchModes }>(([x], { options, inputs }) => {
  const { begins, ends } = edgesOf(options.edges, inputs[0]!.shape.length - 2)!;
  const pairs = begins.map((begin, axis) => [begin, ends[axis]!]).reverse();
  const mode = options.mode === 'constant' ? undefined : `"${torchModes[options.mode]}"`;
  return call('F.pad', [x, tuple(pairs.flat())], { mode });
});

const cropping = expression<{ edges: readonly number[] }>(([x], { options, inputs }) => {
  const { begins, ends } = edgesOf(options.edges, inputs[0]!.shape.length - 2)!;
  const cuts = begins.map((begin, axis) => `${begin || ''}:${ends[axis] ? -ends[axis] : ''}`);
  return `${x}[:, :, ${cuts.join(', ')}]`;
});

const upsample = expression<{ factor: PerAxis; mode: 'nearest' | 'linear' }>(([x], { options }) =>
  call('F.interpolate', [x], {
    scale_factor: perAxisText(eachAxis(options.factor, 2)),
    mode: [options.mode === 'linear' ? 'bilinear' : 'nearest', 'nearest'],
  }),
);

const joined = (operator: string): LayerWriter => expression((args) => args.join(` ${operator} `));

const convolutionTensors = (filters: number, channels: number, kernel: number, bias: boolean) =>
  sameNames({ weight: [filters, channels, kernel, kernel], ...(bias && { bias: [filters] }) });

const normTensors = (channels: number) =>
  sameNames({ weight: [channels], bias: [channels], running_mean: [channels], running_var: [channels] });

interface Stage {
  readonly filters: number;
  readonly kernel: number;
}

function residualTensors(channels: number, stages: readonly Stage[], stride: number): PythonModule['tensors'] {
  const { filters } = stages.at(-1)!;
  const parts = stages.map(({ filters: width, kernel }, index) => ({
    ...withinPart(`conv${index + 1}`, convolutionTensors(width, stages[index - 1]?.filters ?? channels, kernel, false)),
    ...withinPart(`bn${index + 1}`, normTensors(width)),
  }));
  const projection =
    stride === 1 && channels === filters
      ? {}
      : withinPart('downsample', {
          ...withinPart('0', convolutionTensors(filters, channels, 1, false)),
          ...withinPart('1', normTensors(filters)),
        });
  return Object.assign({}, ...parts, projection) as PythonModule['tensors'];
}

const residual = writer<{ filters: number; stride: number }>(({ options, inputs, args, self, use }) => {
  const channels = sizeAt(inputs[0]!, 1);
  const { filters, stride } = options;
  const stages = [
    { filters, kernel: 3 },
    { filters, kernel: 3 },
  ];
  return {
    module: {
      code: call(use('ResidualBlock'), [channels, filters], { stride: [stride, 1] }),
      tensors: residualTensors(channels, stages, stride),
    },
    values: [`${self}(${args[0]!})`],
  };
});

const bottleneck = writer<{ filters: number; inner: number; stride: number }>(
  ({ options, inputs, args, self, use }) => {
    const channels = sizeAt(inputs[0]!, 1);
    const { filters, inner, stride } = options;
    const stages = [
      { filters: inner, kernel: 1 },
      { filters: inner, kernel: 3 },
      { filters, kernel: 1 },
    ];
    return {
      module: {
        code: call(use('BottleneckBlock'), [channels, filters, inner], { stride: [stride, 1] }),
        tensors: residualTensors(channels, stages, stride),
      },
      values: [`${self}(${args[0]!})`],
    };
  },
);

const inceptionNames = ['filters1', 'reduce3', 'filters3', 'reduce5', 'filters5', 'filtersPool'] as const;

const inception = writer<Record<(typeof inceptionNames)[number], number>>(({ options, inputs, args, self, use }) => {
  const channels = sizeAt(inputs[0]!, 1);
  const named = Object.fromEntries(
    inceptionNames.map((name) => [name.replace('Pool', '_pool'), String(options[name])]),
  );
  return {
    module: {
      code: call(use('InceptionBlock'), [channels], named),
      tensors: {
        ...withinPart('branch1', convolutionTensors(options.filters1, channels, 1, true)),
        ...withinPart('reduce3', convolutionTensors(options.reduce3, channels, 1, true)),
        ...withinPart('branch3', convolutionTensors(options.filters3, options.reduce3, 3, true)),
        ...withinPart('reduce5', convolutionTensors(options.reduce5, channels, 1, true)),
        ...withinPart('branch5', convolutionTensors(options.filters5, options.reduce5, 5, true)),
        ...withinPart('branchPool', convolutionTensors(options.filtersPool, channels, 1, true)),
      },
    },
    values: [`${self}(${args[0]!})`],
  };
});

export const shapeWriters: Readonly<Record<string, LayerWriter>> = {
  Flatten: expression(([x]) => `${x}.flatten(1)`),
  Reshape: expression<{ shape: readonly number[] }>(
    ([x], { options }) => `${x}.reshape(${[`${x}.size(0)`, ...options.shape].join(', ')})`,
  ),
  Permute: expression<{ axes: readonly number[] }>(
    ([x], { options }) => `${x}.permute(${[0, ...options.axes].join(', ')})`,
  ),
  Slice: expression<{ axis: number; start: number; end: number | undefined; step: number }>(([x], { options }) => {
    const { axis, start, end, step } = options;
    return indexed(x, axis, `${start || ''}:${end ?? ''}${step === 1 ? '' : `:${step}`}`);
  }),
  Select: expression<{ axis: number; index: number }>(([x], { options }) =>
    indexed(x, options.axis, String(options.index)),
  ),
  Padding: padding,
  Cropping: cropping,
  Upsample: upsample,
  PixelShuffle: expression<{ factor: number }>(([x], { options }) => `F.pixel_shuffle(${x}, ${options.factor})`),
  Add: joined('+'),
  Multiply: joined('*'),
  Average: expression((args) => `(${args.join(' + ')}) / ${args.length}`),
  Maximum: expression((args) => args.reduce((left, right) => `torch.maximum(${left}, ${right})`)),
  Subtract: joined('-'),
  Dot: expression<{ normalise: boolean }>(([a, b], { options, use }) =>
    options.normalise ? `${use('cosine')}(${a}, ${b!})` : `(${a} * ${b!}).sum(dim=-1, keepdim=True)`,
  ),
  Concatenate: expression<{ axis: number }>(
    (args, { options }) => `torch.cat([${args.join(', ')}], dim=${options.axis})`,
  ),
  Einsum: expression<{ equation: string }>(
    (args, { options }) => `torch.einsum("${options.equation.replaceAll(' ', '')}", ${args.join(', ')})`,
  ),
  ResidualBlock: residual,
  BottleneckBlock: bottleneck,
  InceptionBlock: inception,
};
