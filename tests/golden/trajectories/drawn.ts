// Numbers that makeTrajectories.py draws alike: Murmur3's finaliser of (index, salt), exact on both sides.
import { sizeOf } from '../../../engine/ir/shape.js';
import { tensorOf, type Tensor } from '../../../engine/ir/tensor.js';

/** `count` numbers in [low, high), rounded to float32. */
export function drawn(count: number, salt: number, low = -1, high = 1): Float32Array {
  const start = Math.imul(salt, 0x9e3779b9) >>> 0;
  return Float32Array.from({ length: count }, (_, index) => {
    let x = (start + index) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return low + (((x ^ (x >>> 16)) >>> 0) / 2 ** 32) * (high - low);
  });
}

export interface Recipe {
  readonly name: string;
  readonly shape: readonly number[];
  readonly salt: number;
  readonly low: number;
  readonly high: number;
}

export function drawnParameters(recipes: readonly Recipe[]): Map<string, Tensor> {
  return new Map(
    recipes.map(({ name, shape, salt, low, high }) => [
      name,
      tensorOf('float32', shape, drawn(sizeOf(shape), salt, low, high)),
    ]),
  );
}

/** Floats in [−1, 1), or class numbers (int32) below `kind`. */
export function drawnBatch(kind: 'float' | number, shape: readonly number[], salt: number): Tensor {
  const count = sizeOf(shape);
  if (kind === 'float') return tensorOf('float32', shape, drawn(count, salt));
  return tensorOf('int32', shape, drawn(count, salt, 0, kind).map(Math.floor));
}
