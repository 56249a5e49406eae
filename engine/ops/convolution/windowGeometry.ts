// Windows sliding over spatial axes: what convolutions and pools share.
import type { Dim, Shape } from '../../ir/shape.js';
import { ints, oneOf } from '../attributes.js';
import type { AttributeValues } from '../attributes.js';

export const windowAttributes = {
  auto_pad: oneOf(['NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'], 'NOTSET'),
  strides: ints(),
  pads: ints(),
};

/** One number a spatial axis. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** Windows over axes whose sizes are known: every number settled. */
export interface WindowGeometry extends Windows {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly begins: readonly number[];
  readonly ends: readonly number[];
}

type WindowValues = AttributeValues<typeof windowAttributes> & {
  readonly dilations?: readonly number[] | undefined;
  readonly ceil_mode?: boolean;
};
type Fail = (port: string, sentence: string) => never;

/** Checks the lengths and ranges of strides, dilations and pads, and fills in their defaults. */
export function windowsOf(kernel: readonly number[], values: WindowValues, fail: Fail): Windows {
  const rank = kernel.length;
  const filled = (port: string, given: readonly number[] | undefined, least: number): readonly number[] => {
    const list = given ?? kernel.map(() => 1);
    if (list.length !== rank)
      fail(port, `${port} must have one number a spatial axis, ${rank} in all, got ${list.length}`);
    if (list.some((number) => number < least))
      fail(port, `${port} must be at least ${least}, got [${list.join(', ')}]`);
    return list;
  };
  filled('kernel_shape', kernel, 1);
  const { pads } = values;
  if (pads && pads.length !== 2 * rank)
    fail('pads', `pads must have a begin and an end for each of ${rank} spatial axes, got ${pads.length} numbers`);
  if (pads?.some((pad) => pad < 0)) fail('pads', `pads must not be negative, got [${pads.join(', ')}]`);
  return { kernel, strides: filled('strides', values.strides, 1), dilations: filled('dilations', values.dilations, 1) };
}

/** Reach of a dilated window: (k − 1)·d + 1. */
export function reachOf(windows: Windows, axis: number): number {
  return (windows.kernel[axis]! - 1) * windows.dilations[axis]! + 1;
}

/** The size of one output axis and the padding that `auto_pad` settles; sizes are unknown where the input's is. */
function settleAxis(
  windows: Windows,
  values: WindowValues,
  axis: number,
  input: number,
): { output: number; begin: number; end: number } {
  const reach = reachOf(windows, axis);
  const stride = windows.strides[axis]!;
  const rank = windows.kernel.length;
  if (values.auto_pad === 'SAME_UPPER' || values.auto_pad === 'SAME_LOWER') {
    const output = Math.ceil(input / stride);
    const total = Math.max(0, (output - 1) * stride + reach - input);
    const small = Math.floor(total / 2);
    const begin = values.auto_pad === 'SAME_UPPER' ? small : total - small;
    return { output, begin, end: total - begin };
  }
  const explicit = values.auto_pad === 'NOTSET' ? values.pads : undefined;
  const begin = explicit?.[axis] ?? 0;
  const end = explicit?.[axis + rank] ?? 0;
  const span = input + begin + end - reach;
  if (!values.ceil_mode) return { output: Math.floor(span / stride) + 1, begin, end };
  // A last window that would start in the end padding is dropped, as PyTorch and onnxruntime do.
  const output = Math.ceil(span / stride) + 1;
  return { output: (output - 1) * stride >= input + begin ? output - 1 : output, begin, end };
}

/** Spatial output dimensions; a symbolic input dimension stays itself where the windows keep sizes, else is unknown. */
export function windowedDims(spatial: Shape, windows: Windows, values: WindowValues, fail: Fail): Dim[] {
  return spatial.map((dim, axis) => {
    if (typeof dim !== 'number') return keepsSize(windows, values, axis) ? dim : null;
    const { output } = settleAxis(windows, values, axis, dim);
    if (output < 1)
      fail(
        'X',
        `spatial axis ${axis} of size ${dim} is smaller than the window of ${reachOf(windows, axis)} even when padded`,
      );
    return output;
  });
}

function keepsSize(windows: Windows, values: WindowValues, axis: number): boolean {
  if (windows.strides[axis] !== 1) return false;
  if (values.auto_pad === 'SAME_UPPER' || values.auto_pad === 'SAME_LOWER') return true;
  const pads = values.auto_pad === 'NOTSET' ? values.pads : undefined;
  const rank = windows.kernel.length;
  return (pads?.[axis] ?? 0) + (pads?.[axis + rank] ?? 0) === reachOf(windows, axis) - 1;
}

/** All numbers of windows over axes of known sizes. */
export function geometryOf(windows: Windows, values: WindowValues, input: readonly number[]): WindowGeometry {
  const settled = input.map((size, axis) => settleAxis(windows, values, axis, size));
  return {
    ...windows,
    input,
    output: settled.map(({ output }) => output),
    begins: settled.map(({ begin }) => begin),
    ends: settled.map(({ end }) => end),
  };
}

/** For fields that were checked when the node was made. */
export function unexpected(_port: string, sentence: string): never {
  throw new RangeError(sentence);
}
