// How much each input element counts in each output element of a Resize along one axis.
import { EngineError } from '../../ir/diagnostic.js';

export const coordinateModes = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_crop_and_resize',
] as const;
export const nearestModes = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'] as const;
export const interpolations = ['nearest', 'linear', 'cubic'] as const;

export interface Resampling {
  readonly mode: (typeof interpolations)[number];
  readonly coordinates: (typeof coordinateModes)[number];
  readonly rounding: (typeof nearestModes)[number];
  /** a of the cubic kernel. */
  readonly cubic: number;
  /** Cubic only: elements outside count nothing and the others are scaled up, instead of repeating the edge. */
  readonly excludeOutside: boolean;
}

/** One axis: its sizes and the scale that maps positions, which need not be their quotient. */
export interface ResizedAxis {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** weights[o][i]: the share of input element i in output element o. Positions are computed in float32, as onnxruntime does. */
export function resizeWeights(axis: ResizedAxis, resampling: Resampling): number[][] {
  return Array.from({ length: axis.to }, (_, at) => {
    const row = new Array<number>(axis.from).fill(0);
    for (const [place, weight] of contributions(positionOf(at, axis, resampling.coordinates), axis.from, resampling))
      row[place]! += weight;
    return row;
  });
}

/** The position in the input of output element `at` (ONNX Resize, coordinate_transformation_mode). */
export function positionOf(at: number, { from, to, scale }: ResizedAxis, mode: Resampling['coordinates']): number {
  const { fround } = Math;
  const centre = fround(fround((at + 0.5) / fround(scale)) - 0.5);
  switch (mode) {
    case 'half_pixel':
      return centre;
    case 'pytorch_half_pixel':
      return to > 1 ? centre : 0;
    case 'half_pixel_symmetric':
      return fround((from / 2) * (1 - to / fround(scale * from)) + centre);
    case 'align_corners':
      return to > 1 ? fround(fround(at * (from - 1)) / (to - 1)) : 0;
    case 'asymmetric':
      return fround(at / fround(scale));
    case 'tf_crop_and_resize':
      throw new EngineError('gradient.missing', 'Resize: not differentiable with tf_crop_and_resize');
  }
}

function contributions(position: number, size: number, resampling: Resampling): [place: number, weight: number][] {
  const clamp = (place: number): number => Math.min(Math.max(place, 0), size - 1);
  if (resampling.mode === 'nearest') return [[clamp(rounded(position, resampling.rounding)), 1]];
  if (resampling.mode === 'cubic') return cubicContributions(position, size, resampling, clamp);
  const inside = clamp(position);
  const low = Math.floor(inside);
  return [
    [low, 1 - (inside - low)],
    [clamp(low + 1), inside - low],
  ];
}

export function rounded(position: number, mode: Resampling['rounding']): number {
  switch (mode) {
    case 'round_prefer_floor':
      return Math.ceil(position - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(position + 0.5);
    case 'floor':
      return Math.floor(position);
    case 'ceil':
      return Math.ceil(position);
  }
}

/** Keys' cubic convolution kernel over four neighbours. */
function cubicContributions(
  position: number,
  size: number,
  { cubic: a, excludeOutside }: Resampling,
  clamp: (place: number) => number,
): [number, number][] {
  const low = Math.floor(position);
  const near = (t: number): number => ((a + 2) * t - (a + 3)) * t * t + 1;
  const far = (t: number): number => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  const taps = [-1, 0, 1, 2].map((step): [number, number] => {
    const distance = Math.abs(position - (low + step));
    return [low + step, distance <= 1 ? near(distance) : far(distance)];
  });
  if (!excludeOutside) return taps.map(([place, weight]) => [clamp(place), weight]);
  const inside = taps.filter(([place]) => place >= 0 && place < size);
  const total = inside.reduce((sum, [, weight]) => sum + weight, 0);
  return inside.map(([place, weight]) => [place, weight / total]);
}
