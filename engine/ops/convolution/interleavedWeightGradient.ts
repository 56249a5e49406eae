// The gradient of a 2-d convolution's weights as one dilated convolution over channels-last data.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../emit.js';
import type { Convolution } from './convolution.js';
import { correlationEnds, cropped } from './correlatedWeightGradient.js';

/**
 * Columns and channels of X are merged into one axis, so that place q = kw·Ci + ci of row kh of the
 * correlation with dilation (s, s·Ci) reads X[n, kh + s·y, (kw + s·x)·Ci + ci]: exactly kh·kw·Ci
 * useful places and no data copied k² times. The batch is summed in `parts` groups, which sets how
 * the work is spread over threads.
 *
 * Needs group 1 and dilation 1; `parts` must divide the batch.
 */
export function interleavedWeightGradient(
  emit: Emit,
  convolution: Convolution,
  x: Value,
  dY: Value,
  parts: number,
): Value {
  const { batch, inputChannels, outputChannels, kernel, strides, begins, input, output } = convolution;
  const [rows, columns] = kernel as [number, number];
  const [height, width] = input as [number, number];
  const image = emit.reshape(emit.transpose(x, [0, 2, 3, 1]), [1, batch, height, width * inputChannels]);
  const [below, right] = correlationEnds(convolution) as [number, number];
  const wide = emit.node('Conv', [image, groupedKernel(emit, convolution, dY, parts)], {
    kernel_shape: output,
    strides: [1, 1],
    dilations: [strides[0]!, strides[1]! * inputChannels],
    group: parts,
    pads: [begins[0]!, begins[1]! * inputChannels, Math.max(0, below), Math.max(0, right) * inputChannels],
  });
  const exact = cropped(emit, wide, [rows, columns * inputChannels], [2, 3]);
  const split = emit.reshape(exact, [parts, outputChannels * rows * columns * inputChannels]);
  const summed = parts > 1 ? emit.reduceSum(split, [0]) : split;
  return emit.transpose(emit.reshape(summed, [outputChannels, rows, columns, inputChannels]), [0, 3, 1, 2]);
}

/** dY [N, Co, …] → [parts·Co, N/parts, …]. */
function groupedKernel(emit: Emit, convolution: Convolution, dY: Value, parts: number): Value {
  const { batch, outputChannels, output } = convolution;
  if (parts === batch) return emit.reshape(dY, [batch * outputChannels, 1, ...output]);
  if (parts === 1) return emit.transpose(dY, [1, 0, 2, 3]);
  const each = batch / parts;
  const places = output[0]! * output[1]!;
  const grouped = emit.transpose(emit.reshape(dY, [parts, each, outputChannels, places]), [0, 2, 1, 3]);
  return emit.reshape(grouped, [parts * outputChannels, each, ...output]);
}
