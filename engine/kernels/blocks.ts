// Blocks of a value along one axis: what a concatenation is made of, and what slices of a value read.
import type { Value } from '../ir/graph.js';
import { sizeOf } from '../ir/shape.js';
import type { Definitions } from './definitions.js';
import { visitExpressions, type Call, type Expression, type Variable } from './expression.js';
import type { Expressions } from './expressions.js';

/** One of equal blocks: `index` within the value for each position of the block. */
export interface Block {
  readonly elements: number;
  readonly index: readonly Expression[];
  /** Flat position in the value. */
  readonly at: Expression;
}

/** More blocks than this are not worth their kernels' code. */
export const mostBlocks = 256;

/** `count` equal blocks of `shape` along an axis, by a flat position in a block. */
export function blocksAlong(
  e: Expressions,
  shape: readonly number[],
  axis: number,
  count: number,
  position: Expression,
): Block[] {
  const length = shape[axis]! / count;
  const blockShape = shape.map((size, at) => (at === axis ? length : size));
  const inside = e.unflatten(position, blockShape);
  return Array.from({ length: count }, (_, block) => {
    const index = inside.map((part, at) => (at === axis ? e.add(part, block * length) : part));
    return { elements: sizeOf(blockShape), index, at: e.flatten(index, shape) };
  });
}

/** Where a value's definition changes along an axis (the seams of a concatenation), as the coarsest equal blocks. */
export function seamsOf(
  value: Value,
  definitions: Definitions,
): { readonly axis: number; readonly count: number } | undefined {
  const shape = value.shape as readonly number[];
  const axes = shape.map((extent) => definitions.e.variable(extent, 'i'));
  const index = axes.map((axis, at) => (shape[at] === 1 ? definitions.e.int(0) : axis));
  const cuts = axes.map(() => new Set<number>());
  visitExpressions([definitions.computed(value, value.producer!, index)], (part) => {
    if (part.kind !== 'select' || part.condition.kind !== 'call') return;
    const cut = cutOf(part.condition, axes);
    if (cut) cuts[cut.axis]!.add(cut.place);
  });
  const axis = cuts.findIndex(({ size }) => size > 0);
  if (axis < 0) return undefined;
  const length = [...cuts[axis]!].reduce(greatestCommonDivisor, shape[axis]!);
  const count = shape[axis]! / length;
  return length > 0 && Number.isInteger(count) && count > 1 && count <= mostBlocks ? { axis, count } : undefined;
}

/** A comparison of one axis with a constant: `axis + offset < bound` cuts at bound − offset. */
function cutOf(
  { op, args: [left, right] }: Call,
  axes: readonly Variable[],
): { readonly axis: number; readonly place: number } | undefined {
  if ((op !== '<' && op !== '>=') || right?.kind !== 'constant' || right.type !== 'i32' || !left) return undefined;
  const offset = left.kind === 'affine' ? left.constant : 0;
  const variable =
    left.kind === 'affine' && left.terms.length === 1 && left.terms[0]![1] === 1 ? left.terms[0]![0] : left;
  const axis = axes.indexOf(variable as Variable);
  return axis < 0 ? undefined : { axis, place: right.value - offset };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
