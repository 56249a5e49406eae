// First values of weights, as an option of the layers.
import type { FanOptions, InitializerSpec } from '../random/initializers.js';
import { choice } from './options.js';

export const initializerNames = [
  'glorotUniform',
  'glorotNormal',
  'heUniform',
  'heNormal',
  'lecunUniform',
  'lecunNormal',
  'orthogonal',
  'zeros',
] as const;
export type InitializerName = (typeof initializerNames)[number];

/** He's keeps the variance through ReLUs, Glorot's through tanh and linear layers. */
export const initializerOption = choice(initializerNames, { label: 'Initial weights', fallback: 'heUniform' });

/** `fans` are needed where the weight is not laid out [out, in, …kernel]. */
export function weightInitializer(name: InitializerName, fans: FanOptions = {}): InitializerSpec {
  return name === 'orthogonal' || name === 'zeros' ? { type: name } : { type: name, ...fans };
}

export const zeroInitializer: InitializerSpec = { type: 'zeros' };
export const oneInitializer: InitializerSpec = { type: 'ones' };

export function constantInitializer(value: number): InitializerSpec {
  return { type: 'constant', value };
}

/** Normal around zero. */
export function normalInitializer(deviation: number): InitializerSpec {
  return { type: 'normal', deviation };
}
