// The gradient of a convolution's weights: several ways, of which the fastest depends on the shapes.
import type { Value } from '../../ir/graph.js';
import { sizeOf } from '../../ir/shape.js';
import type { Emit } from '../emit.js';
import { convolutionKey, type Convolution } from './convolution.js';
import { correlatedWeightGradient } from './correlatedWeightGradient.js';
import { interleavedWeightGradient } from './interleavedWeightGradient.js';
import { oneHotWeightGradient, pointwiseWeightGradient } from './unfoldedWeightGradient.js';

/**
 * dW[o, i, k] = Σ_{n, y} dY[n, o, y] · X[n, i, s·y + d·k − p], of shape [Co, Ci/g, …].
 * The order of the alternatives is what was fastest on onnxruntime's CPU for like shapes.
 */
export function convWeightGradient(emit: Emit, convolution: Convolution, x: Value, dY: Value): Value {
  const { batch, group, kernel, dilations, inputChannels, output } = convolution;
  const correlated = (): Value => correlatedWeightGradient(emit, convolution, x, dY);
  const interleaved = (parts: number) => () => interleavedWeightGradient(emit, convolution, x, dY, parts);
  const oneHot = (): Value => oneHotWeightGradient(emit, convolution, x, dY);
  const choose = (alternatives: Readonly<Record<string, () => Value>>): Value =>
    // A correlation with long kernels is slow on processors, and one kernel on a GPU.
    emit.choose('conv.weightGradient', convolutionKey(convolution), alternatives, { correlated });

  if (group > 1) return correlated();
  const unfolded = inputChannels * sizeOf(kernel) <= 64 ? { oneHot } : {};
  if (isPointwise(convolution))
    return choose({ pointwise: () => pointwiseWeightGradient(emit, convolution, x, dY), ...unfolded, correlated });
  if (kernel.length !== 2 || dilations.some((dilation) => dilation > 1)) return choose({ correlated, ...unfolded });
  const parts = [4, 2, 8].find((count) => batch % count === 0 && batch > count);
  const all = { interleavedEach: interleaved(batch) };
  const one = { interleaved: interleaved(1) };
  const some = parts ? { [`interleaved${parts}`]: interleaved(parts) } : {};
  const ways =
    sizeOf(output) <= 64 ? { ...one, ...some } : inputChannels < 16 ? { ...all, ...some } : { ...some, ...all, ...one };
  return inputChannels < 3 ? choose({ ...unfolded, ...ways, correlated }) : choose({ ...ways, ...unfolded });
}

/** 1 × 1 windows at stride 1 without padding: a matrix product at each place. */
function isPointwise({ kernel, strides, begins, ends }: Convolution): boolean {
  return (
    kernel.every((size) => size === 1) &&
    strides.every((stride) => stride === 1) &&
    [...begins, ...ends].every((pad) => pad === 0)
  );
}
