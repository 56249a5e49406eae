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

/** Pictures; smaller ones; and tables, which need less, and a code that is narrower than they are. */
function sizesFor(size: number): Required<AutoencoderOptions> {
  if (size >= 200) return { hidden: [256, 128], code: 32 };
  if (size >= 48) return { hidden: [128, 64], code: 16 };
  return { hidden: [64, 32], code: Math.max(1, Math.round(size / 3)) };
}

/** Throws `template.shape` where the input has a named size. */
export function autoencoder(input: TemplateInput, options: AutoencoderOptions = {}): ModelSpec {
  if (!isStatic(input.shape))
    throw new EngineError('template.shape', 'Autoencoder: every size of the input must be a number');
  const size = sizeOf(input.shape);
  const { hidden, code } = { ...sizesFor(size), ...options };
  const isFlat = input.shape.length === 1;
  const dense = (id: string, units: number) => ({ id, type: 'Dense', options: { units, activation: 'relu' } });
  // Without a ReLU behind it, weights drawn for one would be too large.
  const plain = (id: string, units: number) => ({
    id,
    type: 'Dense',
    options: { units, initializer: 'glorotUniform' },
  });
  return specOfLayers('autoencoder', input, [
    ...(isFlat ? [] : [{ id: 'flatten', type: 'Flatten' }]),
    ...hidden.map((units, index) => dense(`encode${index + 1}`, units)),
    plain('code', code),
    ...[...hidden].reverse().map((units, index) => dense(`decode${index + 1}`, units)),
    plain(isFlat ? 'output' : 'image', size),
    ...(isFlat ? [] : [{ id: 'output', type: 'Reshape', options: { shape: [...input.shape] } }]),
  ]);
}
