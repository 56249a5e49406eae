// Pools in PyTorch.
import { eachAxis, type Padding, type PerAxis } from '../../layers/options.js';
import { paddingOf } from './convolutionWriters.js';
import { expression, type LayerContext, type LayerWriter } from './layerWriter.js';
import { call, perAxisText, tuple } from './python.js';

interface PoolOptions {
  readonly kernel: PerAxis;
  readonly stride: PerAxis | undefined;
  readonly padding: Padding;
  readonly dilation?: PerAxis;
  readonly countPadding?: boolean;
}

/** Arguments after the input; the stride is the kernel unless it is named. */
function windowOf({ options, inputs }: LayerContext<PoolOptions>): { axes: number; kernel: number[]; stride: string } {
  const axes = inputs[0]!.shape.length - 2;
  const kernel = eachAxis(options.kernel, axes);
  return { axes, kernel, stride: perAxisText(eachAxis(options.stride ?? kernel, axes)) };
}

const maxPool = expression<PoolOptions>(([x], context) => {
  const { options, inputs, use } = context;
  const { axes, kernel, stride } = windowOf(context);
  const window = {
    kernel,
    stride: options.stride ?? kernel,
    dilation: options.dilation ?? 1,
    padding: options.padding,
  };
  const { inside, padded } = paddingOf(
    window,
    inputs[0]!,
    use,
    kernel.map((size) => Math.floor(size / 2)),
  );
  const dilation = perAxisText(eachAxis(window.dilation, axes));
  return call(`F.max_pool${axes}d`, [padded(x, 'float("-inf")'), perAxisText(kernel)], {
    stride: stride === perAxisText(kernel) ? undefined : stride,
    padding: inside.every((pad) => pad === 0) ? undefined : perAxisText(inside),
    dilation: dilation === '1' ? undefined : dilation,
  });
});

/** Padding that counts is zeros; padding that does not is divided out, where PyTorch has no word for it. */
const averagePool = expression<PoolOptions>(([x], context) => {
  const { options, inputs, use } = context;
  const { axes, kernel, stride } = windowOf(context);
  const window = { kernel, stride: options.stride ?? kernel, dilation: 1, padding: options.padding };
  const { inside, padded, isInside } = paddingOf(
    window,
    inputs[0]!,
    use,
    kernel.map((size) => Math.floor(size / 2)),
  );
  const isPadded = inside.some((pad) => pad > 0);
  const pool = (input: string): string =>
    call(`F.avg_pool${axes}d`, [input, perAxisText(kernel)], {
      stride: stride === perAxisText(kernel) ? undefined : stride,
      padding: isPadded ? perAxisText(inside) : undefined,
      ...(isPadded && { count_include_pad: [options.countPadding, true] as const }),
    });
  if (isInside || options.countPadding) return pool(padded(x));
  return `${pool(padded(x))} / ${pool(padded(`torch.ones_like(${x})`))}`;
});

const globalPool = expression<{ mode: 'average' | 'max'; keepAxes: boolean }>(([x], { options, inputs }) => {
  const axes = tuple(inputs[0]!.shape.map((_, axis) => axis).slice(2));
  const keep = options.keepAxes ? ', keepdim=True' : '';
  return `${x}.${options.mode === 'max' ? 'amax' : 'mean'}(dim=${axes}${keep})`;
});

export const poolingWriters: Readonly<Record<string, LayerWriter>> = {
  MaxPool1d: maxPool,
  MaxPool2d: maxPool,
  MaxPool3d: maxPool,
  AveragePool1d: averagePool,
  AveragePool2d: averagePool,
  AveragePool3d: averagePool,
  GlobalPool: globalPool,
};
