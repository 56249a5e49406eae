// The adjoint of Gather: adds slices into zeros along one axis.
import type { Node, Value } from '../../ir/graph.js';
import { isStatic, sizeOf, type Shape } from '../../ir/shape.js';
import { elements, tensorOf } from '../../ir/tensor.js';
import type { Emit } from '../emit.js';
import { dtypeOf, rankOf, shapeOf, staticShapeOf } from '../valueTypes.js';
import { staticDim } from '../shaping/dims.js';
import { padsAlong } from '../shaping/pads.js';
import { scatterAdd } from './scatterAdd.js';

/**
 * Σ of the slices of `x` that `indices` sends to each place of `axis`: x is [before…, indices…, after…],
 * the result has the shape of `like`, [before…, d, after…]. Indices known beforehand become a Gather
 * (several threads, no zeros to fill); others a matrix product or a scatter, whichever is faster.
 */
export function scatterAlongAxis(emit: Emit, x: Value, indices: Value, like: Value, axis: number, node: Node): Value {
  const size = staticDim(node, like, axis);
  if (indices.constant) {
    const places = elements(indices.constant).map((index) => (index < 0 ? index + size : index));
    const flat = mergeAxes(emit, x, axis, rankOf(indices));
    const known = scatterKnown(emit, flat, places, axis, size);
    if (known) return known;
  }
  return scatterComputed(emit, x, indices, axis, size);
}

/** Joins `count` axes from `axis` into one (inserts one of size 1 when there are none). */
function mergeAxes(emit: Emit, x: Value, axis: number, count: number): Value {
  if (count === 1) return x;
  if (count === 0) return emit.unsqueeze(x, [axis]);
  const shape = shapeOf(x);
  const joined = shape.slice(axis, axis + count);
  if (!isStatic(joined)) staticShapeOf(x);
  return reshapeTo(emit, x, [...shape.slice(0, axis), sizeOf(joined as number[]), ...shape.slice(axis + count)]);
}

function reshapeTo(emit: Emit, x: Value, shape: Shape): Value {
  const open = shape.filter((dim) => typeof dim !== 'number').length;
  if (open > 1) staticShapeOf(x);
  return emit.reshape(
    x,
    shape.map((dim) => (typeof dim === 'number' ? dim : -1)),
  );
}

/** One stretch becomes a Pad; places that few indices share become a Gather and a sum. */
function scatterKnown(emit: Emit, x: Value, places: readonly number[], axis: number, size: number): Value | undefined {
  const start = places[0] ?? 0;
  if (places.every((place, at) => place === start + at))
    return emit.pad(x, padsAlong(x, axis, start, size - start - places.length));
  const sources: number[][] = Array.from({ length: size }, () => []);
  places.forEach((place, at) => sources[place]!.push(at));
  const most = Math.max(...sources.map((list) => list.length));
  if (most * size > 4 * places.length + 16) return undefined;
  const bare = sources.every((list) => list.length === most);
  const zero = places.length;
  const table = sources.flatMap((list) => Array.from({ length: most }, (_, at) => list[at] ?? zero));
  const padded = bare ? x : emit.pad(x, padsAlong(x, axis, 0, 1));
  if (most === 1) return emit.gather(padded, emit.ints(table), axis);
  const picked = emit.gather(padded, emit.constant(tensorOf('int64', [size, most], table), 'sources'), axis);
  return emit.reduceSum(picked, [axis + 1]);
}

function scatterComputed(emit: Emit, x: Value, indices: Value, axis: number, size: number): Value {
  const rank = rankOf(x);
  const count = rankOf(indices);
  const before = Array.from({ length: axis }, (_, at) => at);
  const middle = Array.from({ length: count }, (_, at) => axis + at);
  const after = Array.from({ length: rank - axis - count }, (_, at) => axis + count + at);
  const shape = shapeOf(x);
  const outer = [...before, ...after].map((at) => shape[at]!);
  const front = emit.transpose(x, [...middle, ...before, ...after]);
  const width = isStatic(outer) ? sizeOf(outer) : -1;
  const rows = emit.reshape(front, [width < 0 ? sizeOf(staticShapeOf(indices)) : -1, width]);
  const flat = count === 1 ? indices : emit.reshape(indices, [-1]);
  const summed = sumRows(emit, rows, flat, size);
  const apart = reshapeTo(emit, summed, [size, ...outer]);
  return emit.transpose(apart, [...before.map((at) => at + 1), 0, ...after.map((_, at) => axis + 1 + at)]);
}

/** Adds row k of `rows` [K, P] into row indices[k] of zeros [size, P]. */
export function sumRows(emit: Emit, rows: Value, indices: Value, size: number): Value {
  const [count, width] = shapeOf(rows);
  return emit.choose('sumRows', `${count ?? '?'}x${width ?? '?'}->${size}`, {
    scatter: () => {
      const tuples = emit.unsqueeze(emit.cast(indices, 'int64'), [1]);
      if (typeof width === 'number' && typeof count === 'number')
        return scatterAdd(emit, emit.full([size, width], 0, rows), tuples, rows);
      // Zeros of the right width, and the scatter that is serial at every size.
      const zeros = emit.expand(emit.mul(emit.reduceSum(rows, [0], true), 0), [size, 1]);
      return emit.node('ScatterElements', [zeros, emit.expandLike(tuples, rows), rows], { axis: 0, reduction: 'add' });
    },
    oneHot: () => {
      const range = Array.from({ length: size }, (_, at) => at);
      const places = emit.constant(tensorOf(dtypeOf(indices), [size, 1], range), 'places');
      const normal = emit.where(emit.less(indices, 0), emit.add(indices, size), indices);
      return emit.matMul(emit.indicator(emit.equal(places, emit.unsqueeze(normal, [0])), rows), rows);
    },
  });
}
