// The gradient of a convolution's input: the adjoint convolution.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../emit.js';
import { convolutionKey, type Convolution } from './convolution.js';
import { reachOf } from './windowGeometry.js';

/**
 * dX = dY ⋆ᵀ W, as `ConvTranspose`, or at stride 1 as `Conv` with W's channels swapped and its space
 * flipped (onnxruntime's faster kernel unless the output has more channels than the input).
 */
export function convInputGradient(emit: Emit, convolution: Convolution, w: Value, dY: Value): Value {
  const transposed = (): Value => transposedConvolution(emit, convolution, w, dY);
  if (!canFlip(convolution)) return transposed();
  const flipped = (): Value => flippedConvolution(emit, convolution, w, dY);
  const { inputChannels, outputChannels, kernel } = convolution;
  const transposedFirst = outputChannels > inputChannels && kernel.some((size) => size > 1);
  return emit.choose(
    'conv.inputGradient',
    convolutionKey(convolution),
    transposedFirst ? { transposed, flipped } : { flipped, transposed },
  );
}

/** Stride 1, and no more padding than the window reaches over. */
function canFlip(convolution: Convolution): boolean {
  return convolution.kernel.every((_, axis) => {
    const reach = reachOf(convolution, axis) - 1;
    return convolution.strides[axis] === 1 && convolution.begins[axis]! <= reach && convolution.ends[axis]! <= reach;
  });
}

function transposedConvolution(emit: Emit, convolution: Convolution, w: Value, dY: Value): Value {
  const { kernel, strides, dilations, begins, ends, group, input, output } = convolution;
  // What a stride leaves over at the end of the input: no window covers it, so its gradient is zero.
  const rest = input.map(
    (size, axis) =>
      size + begins[axis]! + ends[axis]! - reachOf(convolution, axis) - (output[axis]! - 1) * strides[axis]!,
  );
  return emit.node('ConvTranspose', [dY, w], {
    kernel_shape: kernel,
    strides,
    dilations,
    group,
    pads: [...begins, ...ends],
    ...(rest.some((number) => number > 0) && { output_padding: rest }),
  });
}

function flippedConvolution(emit: Emit, convolution: Convolution, w: Value, dY: Value): Value {
  const { kernel, dilations, begins, ends, group } = convolution;
  const pads = (given: readonly number[]): number[] => given.map((pad, axis) => reachOf(convolution, axis) - 1 - pad);
  return emit.node('Conv', [dY, flippedWeights(emit, convolution, w)], {
    kernel_shape: kernel,
    dilations,
    group,
    pads: [...pads(begins), ...pads(ends)],
  });
}

/** W [Co, Ci/g, …] → [Ci, Co/g, …] with every spatial axis reversed. */
function flippedWeights(emit: Emit, convolution: Convolution, w: Value): Value {
  const { kernel, inputChannels, outputChannels, group } = convolution;
  const space = kernel.map((_, axis) => axis + 2);
  const wide = space.filter((axis) => kernel[axis - 2]! > 1);
  const flipped = wide.length
    ? emit.slice(
        w,
        wide.map(() => -1),
        wide.map(() => -(2 ** 31)),
        wide,
        wide.map(() => -1),
      )
    : w;
  if (group === 1) return emit.transpose(flipped, [1, 0, ...space]);
  const [inward, outward] = [inputChannels / group, outputChannels / group];
  const grouped = emit.reshape(flipped, [group, outward, inward, ...kernel]);
  const swapped = emit.transpose(grouped, [0, 2, 1, ...space.map((axis) => axis + 1)]);
  return emit.reshape(swapped, [inputChannels, outward, ...kernel]);
}
