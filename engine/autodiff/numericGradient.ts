// Slopes of a scalar function of tensors by central differences: what analytic gradients are held against.
import { element, tensorOf, type Tensor } from '../ir/tensor.js';

export type Feeds = Readonly<Record<string, Tensor>>;
export type ScalarFunction = (feeds: Feeds) => Promise<number>;

/** Inputs of at most this many elements are checked element by element, larger ones along random directions. */
const elementLimit = 24;
const directionCount = 12;

/** The slope along one direction; for a single element the direction is a unit vector. */
export interface Slope {
  readonly direction: Float64Array;
  readonly slope: number;
}

/** The slopes of `loss` with respect to the fed tensor `name`, in float64 or float32 as the feeds are. */
export async function numericSlopes(loss: ScalarFunction, feeds: Feeds, name: string): Promise<Slope[]> {
  const base = feeds[name]!;
  const slopes: Slope[] = [];
  for (const direction of directionsOf(base.data.length))
    slopes.push({ direction, slope: await slopeAlong(loss, feeds, name, direction) });
  return slopes;
}

/** Numbers in [−1, 1) from a linear congruential generator: the same on every machine. */
export function randomNumbers(count: number, seed: number): Float64Array {
  let state = Math.imul(seed + 1, 2654435761) >>> 0;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function directionsOf(count: number): Float64Array[] {
  if (count <= elementLimit)
    return Array.from({ length: count }, (_, index) => new Float64Array(count).fill(1, index, index + 1));
  return Array.from({ length: directionCount }, (_, index) => randomNumbers(count, index).map((x) => (x < 0 ? -1 : 1)));
}

/**
 * float64: (L(x + h) − L(x − h)) / 2h with h = 1e-5, exact to about 1e-9.
 * float32: Richardson's (4·D(h/2) − D(h)) / 3 with h = 1/32, whose error is of order h⁴; rounding leaves about 1e-5.
 */
async function slopeAlong(loss: ScalarFunction, feeds: Feeds, name: string, direction: Float64Array): Promise<number> {
  const central = async (step: number): Promise<number> => {
    const above = await loss({ ...feeds, [name]: moved(feeds[name]!, direction, step) });
    const below = await loss({ ...feeds, [name]: moved(feeds[name]!, direction, -step) });
    return (above - below) / (2 * step);
  };
  if (feeds[name]!.dtype === 'float64') return central(1e-5);
  const coarse = await central(2 ** -5);
  return (4 * (await central(2 ** -6)) - coarse) / 3;
}

function moved(base: Tensor, direction: Float64Array, step: number): Tensor {
  const values = Array.from(direction, (along, index) => element(base, index) + step * along);
  return tensorOf(base.dtype, base.shape, values);
}
