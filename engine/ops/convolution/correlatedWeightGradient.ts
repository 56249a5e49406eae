// The gradient of a convolution's weights as one grouped convolution over batch and channels exchanged: works always.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../emit.js';
import type { Convolution } from './convolution.js';

/**
 * The channels of X become the batch, the batch becomes the channels, dY is the kernel; strides and
 * dilations change places:
 *
 *     [Ci/g, g·N, …] ⋆ [g·Co/g, N, …] → [Ci/g, Co, k…] → [Co, Ci/g, k…]
 */
export function correlatedWeightGradient(emit: Emit, convolution: Convolution, x: Value, dY: Value): Value {
  const { batch, group, inputChannels, kernel, strides, dilations, begins, input, output } = convolution;
  const space = kernel.map((_, axis) => axis + 2);
  const inward = inputChannels / group;
  // [N, g, Ci/g, …] → [Ci/g, g, N, …]
  const image =
    group === 1
      ? emit.transpose(x, [1, 0, ...space])
      : emit.reshape(
          emit.transpose(emit.reshape(x, [batch, group, inward, ...input]), [
            2,
            1,
            0,
            ...space.map((axis) => axis + 1),
          ]),
          [inward, group * batch, ...input],
        );
  const ends = correlationEnds(convolution);
  const correlated = emit.node('Conv', [image, emit.transpose(dY, [1, 0, ...space])], {
    kernel_shape: output,
    strides: dilations,
    dilations: strides,
    group,
    pads: [...begins, ...ends.map((end) => Math.max(0, end))],
  });
  const exact = cropped(emit, correlated, kernel, space);
  return emit.transpose(exact, [1, 0, ...space]);
}

/** End padding with which the correlation has just k places; negative where input is left over. */
export function correlationEnds({ kernel, strides, dilations, begins, input, output }: Convolution): number[] {
  return kernel.map(
    (size, axis) =>
      (size - 1) * dilations[axis]! + (output[axis]! - 1) * strides[axis]! + 1 - input[axis]! - begins[axis]!,
  );
}

/** The first `sizes` of the given axes. */
export function cropped(emit: Emit, x: Value, sizes: readonly number[], axes: readonly number[]): Value {
  const longer = axes.filter((axis, at) => x.shape![axis] !== sizes[at]);
  if (longer.length === 0) return x;
  return emit.slice(
    x,
    longer.map(() => 0),
    longer.map((axis) => sizes[axes.indexOf(axis)]!),
    longer,
  );
}
