// Where GridSample reads: positions along one axis, and the two elements beside each with their weights.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../emit.js';

export const samplings = ['linear', 'nearest', 'cubic'] as const;
export const paddings = ['zeros', 'border', 'reflection'] as const;

export interface Sampling {
  readonly mode: (typeof samplings)[number];
  readonly padding: (typeof paddings)[number];
  readonly alignCorners: boolean;
}

/** One element beside a position; all values have the shape of the positions. */
export interface Tap {
  /** Its place, as whole floats within the axis. */
  readonly place: Value;
  /** Its share, 0 where it lies outside and padding is zeros. */
  readonly weight: Value;
  /** d weight / d coordinate; none for nearest, whose weights are constant. */
  readonly slope: Value | undefined;
}

/** The taps of normalised coordinates in [-1, 1] on an axis of `size` elements. */
export function tapsAlong(emit: Emit, coordinate: Value, size: number, sampling: Sampling): Tap[] {
  const half = sampling.alignCorners ? (size - 1) / 2 : size / 2;
  const position = emit.add(emit.mul(coordinate, half), (size - 1) / 2);
  const inside = withinAxis(emit, position, size, sampling);
  if (sampling.mode === 'nearest') {
    const place = roundedHalfEven(emit, inside.position);
    const weight = insideOnly(emit, place, size, sampling) ?? emit.fullLike(place, 1);
    return [{ place: clamped(emit, place, size), weight, slope: undefined }];
  }
  const low = emit.node('Floor', [inside.position]);
  const fraction = emit.sub(inside.position, low);
  const rate = inside.rate ? emit.mul(inside.rate, half) : emit.fullLike(position, half);
  const high = emit.add(low, 1);
  const tap = (place: Value, weight: Value, slope: Value): Tap => {
    const kept = insideOnly(emit, place, size, sampling);
    const keep = (value: Value): Value => (kept ? emit.mul(value, kept) : value);
    return { place: clamped(emit, place, size), weight: keep(weight), slope: keep(slope) };
  };
  return [tap(low, emit.sub(1, fraction), emit.neg(rate)), tap(high, fraction, rate)];
}

/** The position after padding, and d position / d position before (1 when left out). */
function withinAxis(emit: Emit, raw: Value, size: number, sampling: Sampling): { position: Value; rate?: Value } {
  if (sampling.padding === 'zeros') return { position: raw };
  const [folded, turn] = sampling.padding === 'reflection' ? reflected(emit, raw, size, sampling) : [raw, undefined];
  const within = emit.and(emit.greaterOrEqual(folded, 0), emit.lessOrEqual(folded, size - 1));
  const rate = emit.indicator(within, raw);
  return { position: clamped(emit, folded, size), rate: turn ? emit.mul(turn, rate) : rate };
}

/** Mirrors at the outer elements' centres (align_corners) or at their outer edges; with the slope, 1 or -1. */
function reflected(emit: Emit, raw: Value, size: number, { alignCorners }: Sampling): [Value, Value | undefined] {
  const start = alignCorners ? 0 : -0.5;
  const span = alignCorners ? size - 1 : size;
  if (span === 0) return [emit.mul(raw, 0), undefined];
  const offset = emit.sub(raw, start);
  const distance = emit.abs(offset);
  const turns = emit.node('Floor', [emit.div(distance, span)]);
  const odd = emit.sub(turns, emit.mul(emit.node('Floor', [emit.mul(turns, 0.5)]), 2));
  const rest = emit.sub(distance, emit.mul(turns, span));
  const direction = emit.sub(1, emit.mul(odd, 2));
  // Even turns count up from the start, odd ones down from the end.
  const position = emit.add(emit.add(emit.mul(rest, direction), emit.mul(odd, span)), start);
  return [position, emit.mul(direction, emit.where(emit.less(offset, 0), emit.scalar(-1, raw), emit.scalar(1, raw)))];
}

function clamped(emit: Emit, position: Value, size: number): Value {
  return emit.min(emit.max(position, 0), size - 1);
}

/** 1 where a place lies on the axis; nothing when padding has moved every place onto it. */
function insideOnly(emit: Emit, place: Value, size: number, { padding }: Sampling): Value | undefined {
  if (padding !== 'zeros') return undefined;
  const inside = emit.and(emit.greaterOrEqual(place, 0), emit.lessOrEqual(place, size - 1));
  return emit.indicator(inside, place);
}

/** Round, from operators that every backend has: halves go to the even neighbour. */
function roundedHalfEven(emit: Emit, x: Value): Value {
  const up = emit.node('Floor', [emit.add(x, 0.5)]);
  const tie = emit.indicator(emit.equal(emit.sub(up, x), 0.5), x);
  const odd = emit.sub(up, emit.mul(emit.node('Floor', [emit.mul(up, 0.5)]), 2));
  return emit.sub(up, emit.mul(tie, odd));
}
