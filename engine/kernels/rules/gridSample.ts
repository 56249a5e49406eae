// The kernel rule of GridSample: an image read at positions that are data, along any number of spatial axes.
import { isFloat } from '../../ir/dtype.js';
import type { Sampling } from '../../ops/shaping/gridPositions.js';
import type { Node } from '../../ir/graph.js';
import type { Expression } from '../expression.js';
import { Formula, isWithin, orZero, wide } from './formula.js';
import { cubicWeights, interpolated, type Tap } from './interpolation.js';
import type { KernelRule } from './kernelRule.js';

/** a of the cubic kernel, as ONNX fixes it. */
const cubic = -0.75;

export const gridSample: KernelRule = {
  supports: (node) => {
    const { mode, padding } = samplingOf(node);
    return isFloat(node.inputs[0]!.dtype) && !(mode === 'cubic' && padding === 'reflection');
  },
  element: (context, [batch, channel, ...place]) => {
    const { e } = context;
    const f = new Formula(e);
    const sampling = samplingOf(context.node);
    const space = context.inputShape(0).slice(2);
    const axes = space.map((size, axis): [number, Tap[]] => {
      // The grid names the last axis first.
      const coordinate = wide(e, context.input(1, [batch!, ...place, e.int(space.length - 1 - axis)]));
      return [axis + 2, tapsAlong(f, coordinate, size, sampling)];
    });
    return interpolated(f, axes, [batch!, channel!, ...space.map(() => e.int(0))], (at) => context.input(0, at));
  },
};

function samplingOf({ attributes }: Node): Sampling {
  const text = (name: string, fallback: string): string =>
    attributes[name]?.kind === 'string' ? attributes[name].value : fallback;
  return {
    mode: text('mode', 'linear') as Sampling['mode'],
    padding: text('padding_mode', 'zeros') as Sampling['padding'],
    alignCorners: Boolean(attributes.align_corners?.value),
  };
}

/** The taps of a coordinate in [-1, 1] on an axis of `size` elements. */
function tapsAlong(f: Formula, coordinate: Expression, size: number, sampling: Sampling): Tap[] {
  const { e } = f;
  const half = sampling.alignCorners ? (size - 1) / 2 : size / 2;
  const raw = f.add(f.multiply(coordinate, half), (size - 1) / 2);
  const position = sampling.mode === 'cubic' ? raw : withinAxis(f, raw, size, sampling);
  const place = (whole: Expression, step: number): Expression => e.add(e.cast('i32', whole), step);
  const tap = (at: Expression, weight: Expression): Tap => {
    const kept = sampling.padding === 'zeros' ? orZero(e, isWithin(e, at, size), weight) : weight;
    return { place: e.clamp(at, 0, size - 1), weight: kept };
  };
  if (sampling.mode === 'nearest') return [tap(place(e.call('round', [position]), 0), e.float(1))];
  const low = e.call('floor', [position]);
  const t = f.subtract(position, low);
  if (sampling.mode === 'cubic') return cubicWeights(f, t, cubic).map((weight, at) => tap(place(low, at - 1), weight));
  return [tap(place(low, 0), f.subtract(1, t)), tap(place(low, 1), t)];
}

/** The position after padding. */
function withinAxis(f: Formula, raw: Expression, size: number, sampling: Sampling): Expression {
  if (sampling.padding === 'zeros') return raw;
  const folded = sampling.padding === 'reflection' ? reflected(f, raw, size, sampling.alignCorners) : raw;
  return f.min(f.max(folded, 0), size - 1);
}

/** Mirrors at the outer elements' centres (align_corners) or at their outer edges. */
function reflected(f: Formula, raw: Expression, size: number, alignCorners: boolean): Expression {
  const start = alignCorners ? 0 : -0.5;
  const span = alignCorners ? size - 1 : size;
  if (span === 0) return f.e.float(0);
  const distance = f.abs(f.subtract(raw, start));
  const turns = f.e.call('floor', [f.divide(distance, span)]);
  const rest = f.subtract(distance, f.multiply(turns, span));
  const even = f.compare('==', turns, f.multiply(f.e.call('floor', [f.multiply(turns, 0.5)]), 2));
  // Even turns count up from the start, odd ones down from the end.
  return f.add(f.select(even, rest, f.subtract(span, rest)), start);
}
