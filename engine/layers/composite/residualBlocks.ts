// Residual blocks (He et al., 2016): basic (two 3×3 convolutions) and bottleneck (1×1, 3×3, 1×1).
import type { Value } from '../../ir/graph.js';
import { shapeOf } from '../../ops/valueTypes.js';
import { emitActivation, type ActivationName } from '../activation/activations.js';
import { lowerConvolution } from '../convolution/convolve.js';
import { filtersOption } from '../convolution/convolutionOptions.js';
import { defineLayer } from '../defineLayer.js';
import { requireKnown } from '../faults.js';
import { lowerBatchNorm } from '../normalization/batchNorm.js';
import { whole } from '../options.js';
import type { LoweringScope } from '../scope.js';

interface Stage {
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
}

const strideOption = whole({ label: 'Stride', fallback: 1, max: 16 });

/** Convolution without bias, batch norm, and an activation; tensors `conv<n>.weight`, `bn<n>.weight` … */
function stage(scope: LoweringScope, x: Value, number: number, { filters, kernel, stride }: Stage): Value {
  const padding = Math.floor(kernel / 2);
  const convolved = scope.within(`conv${number}`, (part) =>
    lowerConvolution(part, x, { filters, kernel, stride, padding, bias: false }),
  );
  return normal(scope, `bn${number}`, convolved);
}

function normal(scope: LoweringScope, name: string, x: Value): Value {
  return scope.within(name, (part) => lowerBatchNorm(part, x, { momentum: 0.1, epsilon: 1e-5, affine: true }));
}

/** relu(stages(x) + shortcut(x)); the shortcut is a 1×1 convolution where the shape changes (`downsample.0`, `.1`). */
function lowerResidual(scope: LoweringScope, x: Value, stages: readonly Stage[]): Value {
  const { emit } = scope;
  const act = (value: Value, name: ActivationName = 'relu'): Value => emitActivation(emit, value, name);
  const branch = stages.reduce((value, next, index) => stage(scope, index ? act(value) : value, index + 1, next), x);
  const stride = stages.reduce((product, next) => product * next.stride, 1);
  const { filters } = stages.at(-1)!;
  if (stride === 1 && shapeOf(x)[1] === filters) return act(emit.add(branch, x));
  const shortcut = scope.within('downsample', (part) => {
    const projected = part.within('0', (inner) =>
      lowerConvolution(inner, x, { filters, kernel: 1, stride, bias: false }),
    );
    return normal(part, '1', projected);
  });
  return act(emit.add(branch, shortcut));
}

export const residualBlock = defineLayer({
  type: 'ResidualBlock',
  title: 'Residual block',
  category: 'composite',
  description: 'Two 3×3 convolutions with batch norm, added to the input; projected where the shape changes.',
  inputs: ['x'],
  accepts: { x: { rank: 4 } },
  options: { filters: filtersOption, stride: strideOption },
  faults: ({ x }, _options, report) => void requireKnown(x, 1, 'x', report),
  lower: (scope, { x }, { filters, stride }) =>
    lowerResidual(scope, x, [
      { filters, kernel: 3, stride },
      { filters, kernel: 3, stride: 1 },
    ]),
});

export const bottleneckBlock = defineLayer({
  type: 'BottleneckBlock',
  title: 'Bottleneck block',
  category: 'composite',
  description: '1×1, 3×3 and 1×1 convolutions with batch norm, added to the input; the inner ones are narrower.',
  inputs: ['x'],
  accepts: { x: { rank: 4 } },
  options: {
    filters: filtersOption,
    inner: whole({ label: 'Inner filters', max: 65536, description: 'Usually a quarter of the filters.' }),
    stride: strideOption,
  },
  faults: ({ x }, _options, report) => void requireKnown(x, 1, 'x', report),
  lower: (scope, { x }, { filters, inner, stride }) =>
    lowerResidual(scope, x, [
      { filters: inner, kernel: 1, stride: 1 },
      { filters: inner, kernel: 3, stride },
      { filters, kernel: 1, stride: 1 },
    ]),
});
