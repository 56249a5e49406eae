// Dense layers down to a narrow code and back up to the size of the input.
import { EngineError } from '../../ir/diagnostic.js';
import { isStatic, sizeOf } from '../../ir/shape.js';
import type { ModelSpec } from '../modelSpec.js';
import { specOfLayers, type TemplateInput } from './template.js';

export interface AutoencoderOptions {
  readonly hidden?: readonly number[];
  /** Numbers of the code. */
  readonly code?: number;
}

/** Throws `template.shape` where the input has a named size. */
export function autoencoder(input: TemplateInput, options: AutoencoderOptions = {}): ModelSpec {
  const { hidden = [128, 64], code = 16 } = options;
  if (!isStatic(input.shape))
    throw new EngineError('template.shape', 'Autoencoder: every size of the input must be a number');
  const dense = (id: string, units: number, activation: string) => ({
    id,
    type: 'Dense',
    options: { units, activation },
  });
  return specOfLayers('autoencoder', input, [
    { id: 'flatten', type: 'Flatten' },
    ...hidden.map((units, index) => dense(`encode${index + 1}`, units, 'relu')),
    dense('code', code, 'none'),
    ...[...hidden].reverse().map((units, index) => dense(`decode${index + 1}`, units, 'relu')),
    dense('image', sizeOf(input.shape), 'none'),
    { id: 'output', type: 'Reshape', options: { shape: [...input.shape] } },
  ]);
}
