// Dense layers down to a narrow code and back up to the size of the input.
import { EngineError } from '../../ir/diagnostic.js';
import { isStatic, sizeOf } from '../../ir/shape.js';
import type { ModelSpec } from '../modelSpec.js';
import { specOfLayers, type TemplateInput } from './template.js';

export interface AutoencoderOptions {
  readonly hidden?: readonly number[];
  /** Numbers of the code; left out: 16, or a third of a small input. */
  readonly code?: number;
}

/** Smaller inputs are tables rather than pictures: they need less, and a narrower code to be one. */
const smallInput = 48;

/** Throws `template.shape` where the input has a named size. */
export function autoencoder(input: TemplateInput, options: AutoencoderOptions = {}): ModelSpec {
  if (!isStatic(input.shape))
    throw new EngineError('template.shape', 'Autoencoder: every size of the input must be a number');
  const size = sizeOf(input.shape);
  const isSmall = size < smallInput;
  const { hidden = isSmall ? [64, 32] : [128, 64], code = isSmall ? Math.max(1, Math.round(size / 3)) : 16 } = options;
  const isFlat = input.shape.length === 1;
  const dense = (id: string, units: number, activation: string) => ({
    id,
    type: 'Dense',
    options: { units, activation },
  });
  return specOfLayers('autoencoder', input, [
    ...(isFlat ? [] : [{ id: 'flatten', type: 'Flatten' }]),
    ...hidden.map((units, index) => dense(`encode${index + 1}`, units, 'relu')),
    dense('code', code, 'none'),
    ...[...hidden].reverse().map((units, index) => dense(`decode${index + 1}`, units, 'relu')),
    dense(isFlat ? 'output' : 'image', size, 'none'),
    ...(isFlat ? [] : [{ id: 'output', type: 'Reshape', options: { shape: [...input.shape] } }]),
  ]);
}
