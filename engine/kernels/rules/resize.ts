// The kernel rule of Resize. Positions are linear in the output index; they are computed in whole numbers, exactly, so that
// no rounding of a GPU's division picks another neighbour.
import { isFloat } from '../../ir/dtype.js';
import type { Node } from '../../ir/graph.js';
import { normalAxis } from '../../ir/shape.js';
import { positionOf, rounded, type Resampling, type ResizedAxis } from '../../ops/shaping/resizeWeights.js';
import type { Expression } from '../expression.js';
import { Formula, isWithin, orZero } from './formula.js';
import { cubicWeights, interpolated, type Tap } from './interpolation.js';
import { constantsOf, type KernelRule } from './kernelRule.js';

/** ⌊(slope·o + offset) / divisor⌋ is the place of output element o, the remainder its fraction. */
interface Line {
  readonly slope: number;
  readonly offset: number;
  readonly divisor: number;
}

interface Resized extends ResizedAxis {
  readonly axis: number;
}

export const resize: KernelRule = {
  supports: (node) => {
    const resampling = resamplingOf(node);
    if (!resampling || !isKnown(node)) return false;
    if (resampling.mode !== 'nearest' && !isFloat(node.inputs[0]!.dtype)) return false;
    return resizedAxes(node).every((axis) => lineOf(axis, resampling) !== undefined);
  },
  element: (context, index) => {
    const f = new Formula(context.e);
    const resampling = resamplingOf(context.node)!;
    const axes = resizedAxes(context.node).map((axis): [number, Tap[]] => [
      axis.axis,
      tapsOf(f, index[axis.axis]!, axis, resampling),
    ]);
    return interpolated(f, axes, index, (at) => context.input(0, at));
  },
};

/** What the node asks for; `undefined` for antialias and tf_crop_and_resize, which have no kernel. */
function resamplingOf(node: Node): Resampling | undefined {
  const text = (name: string, fallback: string): string => {
    const given = node.attributes[name];
    return given?.kind === 'string' ? given.value : fallback;
  };
  const number = (name: string, fallback: number): number => {
    const given = node.attributes[name];
    return given?.kind === 'int' || given?.kind === 'float' ? given.value : fallback;
  };
  const coordinates = text('coordinate_transformation_mode', 'half_pixel');
  if (number('antialias', 0) || coordinates === 'tf_crop_and_resize') return undefined;
  return {
    mode: text('mode', 'nearest') as Resampling['mode'],
    coordinates: coordinates as Resampling['coordinates'],
    rounding: text('nearest_mode', 'round_prefer_floor') as Resampling['rounding'],
    cubic: number('cubic_coeff_a', -0.75),
    excludeOutside: number('exclude_outside', 0) !== 0,
  };
}

/** Scales, where given, are constant. */
function isKnown(node: Node): boolean {
  const scales = node.inputs[2];
  return !scales || scales.constant !== undefined || scales.shape?.[0] === 0;
}

/** The axes that change, with the scale that positions are computed with. */
function resizedAxes(node: Node): Resized[] {
  const from = node.inputs[0]!.shape as readonly number[];
  const to = node.outputs[0]!.shape as readonly number[];
  const given = node.attributes.axes;
  const axes =
    given?.kind === 'ints' ? given.value.map((axis) => normalAxis(axis, from.length)!) : from.map((_, axis) => axis);
  // onnxruntime copies where no size changes, whatever the scales.
  if (from.every((size, axis) => size === to[axis])) return [];
  const scales = constantsOf(node, 2);
  return axes.flatMap((axis, at) => {
    const sizes = { from: from[axis]!, to: to[axis]! };
    const scale = scales?.[at] ?? sizes.to / sizes.from;
    return scale === 1 && sizes.from === sizes.to ? [] : [{ axis, ...sizes, scale }];
  });
}

/** Whole numbers stay below this. */
const largest = 2 ** 30;

/** Accepted errors of a position, in turn: onnxruntime's own positions are rounded to float32. */
const positionErrors = [2 ** -22, 2 ** -20, 2 ** -18];

/** A line that gives the same places as onnxruntime's positions: for nearest the rounded ones, else the positions themselves. */
function lineOf(axis: ResizedAxis, resampling: Resampling): Line | undefined {
  const { from, to, scale } = axis;
  const positions = Array.from({ length: to }, (_, at) => positionOf(at, axis, resampling.coordinates));
  const slope = to > 1 ? (positions[to - 1]! - positions[0]!) / (to - 1) : 1 / scale;
  const powers = [12, 14, 16, 18, 20, 22, 24].map((power) => 2 ** power);
  const small = Array.from({ length: 16 }, (_, at) => at + 1);
  const divisors = [...small, to, 2 * to, to - 1, 2 * (to - 1), ...powers].filter(
    (divisor) => divisor >= 1 && divisor * (from + 2) <= largest,
  );
  const first = (lineWith: (divisor: number) => Line | undefined): Line | undefined => {
    for (const divisor of divisors) {
      const line = lineWith(divisor);
      if (line) return line;
    }
    return undefined;
  };
  if (resampling.mode === 'nearest')
    return first((divisor) => lineThroughPlaces(positions, slope, divisor, resampling.rounding));
  for (const error of positionErrors) {
    const line = first((divisor) => lineThroughPositions(positions, slope, divisor, error));
    if (line) return line;
  }
  return undefined;
}

function lineThroughPlaces(
  positions: readonly number[],
  slope: number,
  divisor: number,
  rounding: Resampling['rounding'],
): Line | undefined {
  const step = Math.round(slope * divisor);
  let low = -Infinity;
  let high = Infinity;
  positions.forEach((position, at) => {
    const place = rounded(position, rounding);
    low = Math.max(low, divisor * place - step * at);
    high = Math.min(high, divisor * place + divisor - 1 - step * at);
  });
  return low <= high ? { slope: step, offset: Math.floor((low + high) / 2), divisor } : undefined;
}

function lineThroughPositions(
  positions: readonly number[],
  slope: number,
  divisor: number,
  error: number,
): Line | undefined {
  const step = Math.round(slope * divisor);
  const offset = Math.round(positions[0]! * divisor);
  const fits = positions.every(
    (position, at) => Math.abs((step * at + offset) / divisor - position) <= error * Math.max(1, Math.abs(position)),
  );
  return fits ? { slope: step, offset, divisor } : undefined;
}

function tapsOf(f: Formula, at: Expression, axis: Resized, resampling: Resampling): Tap[] {
  const { e } = f;
  const { slope, offset, divisor } = lineOf(axis, resampling)!;
  const line = e.add(e.scale(at, slope), offset);
  const low = e.divide(line, divisor);
  const clamped = (place: Expression): Expression => e.clamp(place, 0, axis.from - 1);
  if (resampling.mode === 'nearest') return [{ place: clamped(low) }];
  const t = f.multiply(e.cast('f32', e.remainder(line, divisor)), 1 / divisor);
  if (resampling.mode === 'linear')
    return [
      { place: clamped(low), weight: f.subtract(1, t) },
      { place: clamped(e.add(low, 1)), weight: t },
    ];
  const places = [-1, 0, 1, 2].map((step) => e.add(low, step));
  const weights = cubicWeights(f, t, resampling.cubic);
  const kept = resampling.excludeOutside ? insideOnly(f, places, weights, axis.from) : weights;
  return places.map((place, tap) => ({ place: clamped(place), weight: kept[tap]! }));
}

/** The weights of elements that exist, scaled up to sum 1. */
function insideOnly(
  f: Formula,
  places: readonly Expression[],
  weights: readonly Expression[],
  size: number,
): Expression[] {
  const kept = weights.map((weight, tap) => orZero(f.e, isWithin(f.e, places[tap]!, size), weight));
  const total = kept.reduce((left, right) => f.add(left, right));
  return kept.map((weight) => f.divide(weight, total));
}
