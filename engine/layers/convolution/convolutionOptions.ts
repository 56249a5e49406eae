// The options that convolutions have in common.
import { activationOption } from '../activation/activations.js';
import { initializerOption } from '../initialization.js';
import { flag, padding, perAxis, whole } from '../options.js';

/** Window options over a number of spatial axes. */
export function windowOptions(axes: number) {
  return {
    kernel: perAxis(axes, { label: 'Kernel', fallback: 3, unit: 'elements', max: 1024 }),
    stride: perAxis(axes, { label: 'Stride', fallback: 1, unit: 'elements', max: 1024 }),
    padding: padding(axes, { label: 'Padding', fallback: 'valid' }),
    dilation: perAxis(axes, { label: 'Dilation', fallback: 1, max: 1024 }),
  } as const;
}

export const filtersOption = whole({ label: 'Filters', max: 65536, description: 'Channels of the output.' });

export const endOptions = {
  bias: flag({ label: 'Bias', fallback: true }),
  activation: activationOption,
  initializer: initializerOption,
  weightNorm: flag({ label: 'Weight normalisation', fallback: false }),
} as const;

export const groupsOption = whole({ label: 'Groups', fallback: 1, max: 65536 });
