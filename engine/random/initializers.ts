// First values of parameters: `InitializerSpec` is what a model's JSON says, `initialize` draws it from Philox.
import { EngineError } from '../ir/diagnostic.js';
import { sizeOf } from '../ir/shape.js';
import { normals, uniforms } from './fields.js';
import { orthogonalRows } from './orthogonal.js';
import type { RandomKey } from './philox.js';

/** Fans override those read off the shape (see {@link fansOf}). */
export interface FanOptions {
  readonly fanIn?: number;
  readonly fanOut?: number;
}

interface GainOptions extends FanOptions {
  /** Factor on the deviation (default 1). */
  readonly gain?: number;
}

interface HeOptions extends FanOptions {
  /** Negative slope of the leaky ReLU that follows (default 0, a ReLU). */
  readonly slope?: number;
  /** Keep the variance of the forward pass (`fanIn`, the default) or of the backward pass. */
  readonly mode?: 'fanIn' | 'fanOut';
}

/** How a parameter starts; plain JSON. */
export type InitializerSpec =
  | { readonly type: 'zeros' }
  | { readonly type: 'ones' }
  | { readonly type: 'constant'; readonly value: number }
  /** Uniform on [low, high); default ±0.05. */
  | { readonly type: 'uniform'; readonly low?: number; readonly high?: number }
  /** Default mean 0, deviation 0.05. */
  | { readonly type: 'normal'; readonly mean?: number; readonly deviation?: number }
  /** A normal distribution cut off at two deviations from the mean; default mean 0, deviation 0.05. */
  | { readonly type: 'truncatedNormal'; readonly mean?: number; readonly deviation?: number }
  /** Glorot & Bengio 2010: variance gain² · 2 / (fanIn + fanOut). */
  | ({ readonly type: 'glorotUniform' | 'glorotNormal' } & GainOptions)
  /** He et al. 2015: variance 2 / ((1 + slope²) · fan). */
  | ({ readonly type: 'heUniform' | 'heNormal' } & HeOptions)
  /** LeCun et al. 1998: variance gain² / fanIn. */
  | ({ readonly type: 'lecunUniform' | 'lecunNormal' } & GainOptions)
  /** Saxe et al. 2014: orthonormal rows (or columns, of a tall matrix) times gain. */
  | { readonly type: 'orthogonal'; readonly gain?: number }
  /** Ones on the diagonal of a matrix, times gain. */
  | { readonly type: 'identity'; readonly gain?: number }
  /** A convolution that passes its input channels through unchanged, in each group. */
  | { readonly type: 'dirac'; readonly groups?: number };

export type InitializerType = InitializerSpec['type'];

/**
 * The first values of the parameter `name`, float32 in row-major order: a pure function of its arguments.
 * Throws `initializer.*` where the shape has no fans (give fanIn and fanOut), or is not a matrix or a kernel as needed.
 */
export function initialize(spec: InitializerSpec, shape: readonly number[], seed: number, name: string): Float32Array {
  const key: RandomKey = { seed, purpose: `initialize/${name}` };
  const count = sizeOf(shape);
  switch (spec.type) {
    case 'zeros':
      return new Float32Array(count);
    case 'ones':
      return new Float32Array(count).fill(1);
    case 'constant':
      return new Float32Array(count).fill(spec.value);
    case 'uniform':
      return uniformBetween(key, count, spec.low ?? -0.05, spec.high ?? 0.05);
    case 'normal':
      return normalAround(normals(key, count), spec.mean ?? 0, spec.deviation ?? 0.05);
    case 'truncatedNormal':
      return normalAround(truncatedNormals(key, count), spec.mean ?? 0, spec.deviation ?? 0.05);
    case 'orthogonal':
      return orthogonal(key, shape, spec.gain ?? 1, name);
    case 'identity':
      return identity(shape, spec.gain ?? 1, name);
    case 'dirac':
      return dirac(shape, spec.groups ?? 1, name);
    default: {
      const deviation = Math.sqrt(varianceOf(spec, shape, name));
      if (spec.type.endsWith('Normal')) return normalAround(normals(key, count), 0, deviation);
      const bound = Math.sqrt(3) * deviation;
      return uniformBetween(key, count, -bound, bound);
    }
  }
}

/**
 * Fans of a weight stored as Dense [out, in] or convolution [out, in / group, k…]: fanIn = in · Πk, fanOut = out · Πk,
 * as PyTorch counts them (groups do not divide fanOut).
 */
export function fansOf(shape: readonly number[], name = ''): { readonly fanIn: number; readonly fanOut: number } {
  if (shape.length < 2)
    throw new EngineError(
      'initializer.fans',
      `Initializer of '${name}': a shape of rank ${shape.length} has no fans; give fanIn and fanOut, or choose normal, uniform or constant`,
      { node: name },
    );
  const field = sizeOf(shape.slice(2));
  return { fanIn: shape[1]! * field, fanOut: shape[0]! * field };
}

type ScaledSpec = Extract<InitializerSpec, FanOptions & { type: `${string}${'Uniform' | 'Normal'}` }>;

function varianceOf(spec: Exclude<ScaledSpec, { type: 'truncatedNormal' }>, shape: readonly number[], name: string) {
  const fan = (which: 'fanIn' | 'fanOut'): number => Math.max(1, spec[which] ?? fansOf(shape, name)[which]);
  switch (spec.type) {
    case 'glorotUniform':
    case 'glorotNormal':
      return ((spec.gain ?? 1) ** 2 * 2) / (fan('fanIn') + fan('fanOut'));
    case 'heUniform':
    case 'heNormal':
      return 2 / ((1 + (spec.slope ?? 0) ** 2) * fan(spec.mode ?? 'fanIn'));
    case 'lecunUniform':
    case 'lecunNormal':
      return (spec.gain ?? 1) ** 2 / fan('fanIn');
  }
}

function uniformBetween(key: RandomKey, count: number, low: number, high: number): Float32Array {
  return uniforms(key, count).map((value) => low + value * (high - low));
}

function normalAround(values: Float32Array, mean: number, deviation: number): Float32Array {
  return values.map((value) => mean + value * deviation);
}

/** The elements of the normal field within ±2, in the field's order. */
function truncatedNormals(key: RandomKey, count: number): Float32Array {
  const kept = new Float32Array(count);
  for (let filled = 0, first = 0; filled < count;) {
    const drawn = normals(key, 64 + Math.ceil((count - filled) * 1.06), first);
    first += drawn.length;
    for (const value of drawn) if (Math.abs(value) <= 2 && filled < count) kept[filled++] = value;
  }
  return kept;
}

function orthogonal(key: RandomKey, shape: readonly number[], gain: number, name: string): Float32Array {
  if (shape.length < 2) throw rankError(name, 'orthogonal', 'at least 2', shape);
  const rows = shape[0]!;
  const columns = sizeOf(shape.slice(1));
  const drawn = normals(key, rows * columns);
  const wide = rows <= columns;
  const basis = orthogonalRows(Float64Array.from(drawn), Math.min(rows, columns), Math.max(rows, columns));
  return Float32Array.from(drawn, (_, index) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    return gain * basis[wide ? index : column * rows + row]!;
  });
}

function identity(shape: readonly number[], gain: number, name: string): Float32Array {
  if (shape.length !== 2) throw rankError(name, 'identity', '2', shape);
  const values = new Float32Array(sizeOf(shape));
  for (let row = 0; row < Math.min(shape[0]!, shape[1]!); row++) values[row * shape[1]! + row] = gain;
  return values;
}

/** Output channel c of each group copies input channel c at the kernel's centre; further channels stay zero. */
function dirac(shape: readonly number[], groups: number, name: string): Float32Array {
  if (shape.length < 3) throw rankError(name, 'dirac', 'at least 3 (a convolution kernel)', shape);
  const [out, channels, ...kernel] = shape as [number, number, ...number[]];
  if (!Number.isInteger(groups) || groups < 1 || out % groups !== 0)
    throw new EngineError(
      'initializer.groups',
      `Initializer of '${name}': dirac needs output channels divisible by groups, got ${out} and ${groups}`,
      { node: name },
    );
  const field = sizeOf(kernel);
  const centre = kernel.reduce((offset, length) => offset * length + Math.floor(length / 2), 0);
  const perGroup = out / groups;
  const values = new Float32Array(sizeOf(shape));
  for (let group = 0; group < groups; group++)
    for (let channel = 0; channel < Math.min(perGroup, channels); channel++)
      values[((group * perGroup + channel) * channels + channel) * field + centre] = 1;
  return values;
}

function rankError(name: string, type: string, expected: string, shape: readonly number[]): EngineError {
  return new EngineError(
    'initializer.rank',
    `Initializer of '${name}': ${type} needs rank ${expected}, got [${shape.join(', ')}]`,
    { node: name },
  );
}
