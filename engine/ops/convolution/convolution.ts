// A convolution with every number known, as its gradients need it.
import type { WindowGeometry } from './windowGeometry.js';

export interface Convolution extends WindowGeometry {
  readonly batch: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly group: number;
}

/** Everything that the speed of a convolution's gradient depends on. */
export function convolutionKey(convolution: Convolution): string {
  const { batch, inputChannels, outputChannels, group, input, kernel, strides, dilations, begins, ends } = convolution;
  const axes = input.map(
    (size, axis) => `${size}k${kernel[axis]!}s${strides[axis]!}d${dilations[axis]!}p${begins[axis]!},${ends[axis]!}`,
  );
  return `${batch}x${inputChannels}>${outputChannels}g${group} ${axes.join(' ')}`;
}
