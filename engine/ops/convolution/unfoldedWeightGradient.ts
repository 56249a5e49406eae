// The gradient of a convolution's weights as a matrix product with the unfolded input.
import type { Value } from '../../ir/graph.js';
import { sizeOf } from '../../ir/shape.js';
import { setElement, zeros } from '../../ir/tensor.js';
import type { Emit } from '../emit.js';
import { dtypeOf } from '../valueTypes.js';
import type { Convolution } from './convolution.js';

/** For few inputs a window: unfolds X by a convolution with one-hot kernels, one for each place of the window. */
export function oneHotWeightGradient(emit: Emit, convolution: Convolution, x: Value, dY: Value): Value {
  const { inputChannels, kernel, strides, dilations, begins, ends } = convolution;
  const taps = inputChannels * sizeOf(kernel);
  const oneHot = zeros(dtypeOf(x), [taps, inputChannels, ...kernel]);
  for (let tap = 0; tap < taps; tap++) setElement(oneHot, tap * taps + tap, 1);
  const columns = emit.node('Conv', [x, emit.constant(oneHot, 'taps')], {
    kernel_shape: kernel,
    strides,
    dilations,
    pads: [...begins, ...ends],
  });
  return contracted(emit, convolution, dY, columns, taps);
}

/** For 1 × 1 windows at stride 1, where X is its own unfolding. */
export function pointwiseWeightGradient(emit: Emit, convolution: Convolution, x: Value, dY: Value): Value {
  return contracted(emit, convolution, dY, x, convolution.inputChannels);
}

/** Σ_n dY[n] [Co, places] · columns[n]ᵀ [places, taps] → [Co, Ci, …]. */
function contracted(emit: Emit, convolution: Convolution, dY: Value, columns: Value, taps: number): Value {
  const { batch, inputChannels, outputChannels, kernel, output } = convolution;
  const places = sizeOf(output);
  const products = emit.matMul(
    emit.reshape(dY, [batch, outputChannels, places]),
    emit.transposeLast(emit.reshape(columns, [batch, taps, places])),
  );
  return emit.reshape(emit.reduceSum(products, [0]), [outputChannels, inputChannels, ...kernel]);
}
