// ConvTranspose: the adjoint of Conv, over any number of spatial axes (ONNX ConvTranspose-11).
import type { Value } from '../../ir/graph.js';
import { dimsConflict, formatShape, isStatic, type Dim } from '../../ir/shape.js';
import { knownSize } from '../inference.js';
import { int, ints } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { shapeOf, staticShapeOf } from '../valueTypes.js';
import { convWeightGradient } from './convWeightGradient.js';
import type { Convolution } from './convolution.js';
import { correlationEnds, cropped } from './correlatedWeightGradient.js';
import { reachOf, unexpected, windowAttributes, windowsOf, type Windows } from './windowGeometry.js';

export const convTransposeAttributes = {
  ...windowAttributes,
  kernel_shape: ints(),
  dilations: ints(),
  group: int(1),
  output_padding: ints(),
  output_shape: ints(),
};

export const convTranspose = defineOp({
  type: 'ConvTranspose',
  since: 11,
  inputs: ['X', 'W', 'B?'],
  outputs: ['Y'],
  attributes: convTransposeAttributes,
  // Y [N, g·Co, …]: s·(in − 1) + output_padding + (k − 1)·d + 1 − pads an axis
  infer: ({ X, W, B, attributes: values, fail }) => {
    if (X.shape.length < 3) fail('X', `rank must be at least 3 (batch, channels, space), got ${formatShape(X.shape)}`);
    if (W.shape.length !== X.shape.length)
      fail('W', `rank must equal the input's ${X.shape.length}, got ${formatShape(W.shape)}`);
    if (X.dtype !== W.dtype) fail('W', `element type must equal the input's ${X.dtype}, got ${W.dtype}`);
    const { group } = values;
    if (dimsConflict(X.shape[1]!, W.shape[0]!))
      fail('W', `input channels ${String(X.shape[1])} must equal the weight's first size, got ${String(W.shape[0])}`);
    if (typeof W.shape[0] === 'number' && W.shape[0] % group !== 0)
      fail('W', `input channels ${W.shape[0]} must be a multiple of group ${group}`);
    const channels = typeof W.shape[1] === 'number' ? W.shape[1] * group : null;
    if (B && (B.shape.length !== 1 || dimsConflict(B.shape[0]!, channels)))
      fail('B', `shape must be ${formatShape([channels])}, got ${formatShape(B.shape)}`);
    const kernel = W.shape.slice(2);
    const sizes = isStatic(kernel) ? kernel : values.kernel_shape;
    if (!sizes) return [{ dtype: X.dtype, shape: [X.shape[0]!, channels, ...kernel.map(() => null)] }];
    const windows = windowsOf(sizes, values, fail);
    const space = X.shape
      .slice(2)
      .map((dim, axis): Dim =>
        typeof dim === 'number'
          ? settleAxis(windows, values, axis, dim).output
          : (spatialOutput(values)?.[axis] ?? null),
      );
    if (space.some((size) => typeof size === 'number' && size < 1))
      fail('pads', `the padding leaves nothing of the output ${formatShape(space)}`);
    return [{ dtype: X.dtype, shape: [X.shape[0]!, channels, ...space] }];
  },
  // dX = Conv(dY, W); dW is Conv's with X and dY in each other's place.
  gradient: {
    X: ({ emit, X, W, dY, attributes: values }) => inputGradient(emit, adjointOf(X, W, dY, values), W, dY),
    W: ({ emit, X, W, dY, attributes: values }) => convWeightGradient(emit, adjointOf(X, W, dY, values), dY, X),
    B: ({ emit, dY }) =>
      emit.reduceSum(
        dY,
        shapeOf(dY)
          .map((_, axis) => axis)
          .filter((axis) => axis !== 1),
      ),
  },
  flops: (node) => {
    const [input, weights] = [node.inputs[0]?.shape, node.inputs[1]?.shape];
    return input && weights ? 2 * knownSize(input) * knownSize(weights.slice(1)) : 0;
  },
});

type Values = Parameters<typeof windowsOf>[1] & {
  readonly group: number;
  readonly output_padding: readonly number[] | undefined;
  readonly output_shape: readonly number[] | undefined;
};

/** `output_shape` may or may not name batch and channels. */
function spatialOutput(values: Values, rank = values.output_shape?.length ?? 0): readonly number[] | undefined {
  return values.output_shape?.slice(-rank);
}

interface SettledAxis {
  readonly output: number;
  readonly begin: number;
  readonly end: number;
}

/** Explicit pads give the size; a given size (or `in · s` under SAME) gives the pads. */
function settleAxis(windows: Windows, values: Values, axis: number, input: number): SettledAxis {
  const rank = windows.kernel.length;
  const stride = windows.strides[axis]!;
  const full = stride * (input - 1) + (values.output_padding?.[axis] ?? 0) + reachOf(windows, axis);
  const same = values.auto_pad === 'SAME_UPPER' || values.auto_pad === 'SAME_LOWER';
  const wanted = spatialOutput(values, rank)?.[axis] ?? (same ? input * stride : undefined);
  if (wanted === undefined) {
    const pads = values.auto_pad === 'NOTSET' ? values.pads : undefined;
    const [begin, end] = [pads?.[axis] ?? 0, pads?.[axis + rank] ?? 0];
    return { output: full - begin - end, begin, end };
  }
  const total = Math.max(0, full - wanted);
  const small = Math.floor(total / 2);
  const begin = values.auto_pad === 'SAME_UPPER' ? small : total - small;
  return { output: wanted, begin, end: total - begin };
}

/** The convolution from Y to X whose adjoint this is. */
export function adjointOf(x: Value, w: Value, y: Value, values: Values): Convolution {
  const [batch, outputChannels, ...output] = staticShapeOf(x) as [number, number, ...number[]];
  const [, inputChannels, ...input] = staticShapeOf(y) as [number, number, ...number[]];
  const windows = windowsOf(staticShapeOf(w).slice(2), values, unexpected);
  const settled = output.map((size, axis) => settleAxis(windows, values, axis, size));
  return {
    ...windows,
    batch,
    inputChannels,
    outputChannels,
    group: values.group,
    input,
    output,
    begins: settled.map(({ begin }) => begin),
    ends: settled.map(({ end }) => end),
  };
}

function inputGradient(emit: Emit, convolution: Convolution, w: Value, dY: Value): Value {
  const { kernel, strides, dilations, group, begins, output } = convolution;
  const ends = correlationEnds(convolution).map((end) => Math.max(0, end));
  const result = emit.node('Conv', [dY, w], {
    kernel_shape: kernel,
    strides,
    dilations,
    group,
    pads: [...begins, ...ends],
  });
  return cropped(
    emit,
    result,
    output,
    output.map((_, axis) => axis + 2),
  );
}
