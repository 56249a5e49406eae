// A kernel whose result is read in equal slices, as one that computes all slices of a position.
import type { Value } from '../ir/graph.js';
import { blocksAlong } from './blocks.js';
import type { Expression } from './expression.js';
import { costOf } from './expressionCost.js';
import type { Expressions } from './expressions.js';
import { newRoot, type KernelGroup } from './kernelGroup.js';

/** A kernel is cut into at most this many slices, if its work, in loads, is no more than this: larger ones are better tiled whole. */
const mostSlices = 8;
const mostSlicedWork = 2 ** 24;

/**
 * The group over positions of a slice (`narrow`, of `elements`), if `places` are most of the slices of `source` along some axis;
 * `undefined` where they are not, or where the kernel is too large.
 */
export function slicedGroup(
  group: KernelGroup,
  source: Value,
  places: ReadonlySet<Expression>,
  narrow: Expression,
  elements: number,
  e: Expressions,
): KernelGroup | undefined {
  const count = group.elements / elements;
  const { position, roots } = group;
  const isCount = Number.isInteger(count) && count <= mostSlices && 2 * places.size >= count;
  if (!isCount || position.kind !== 'variable' || elements < 2 || group.rows) return undefined;
  if (roots.some(({ at, homing }) => at !== position || homing === true)) return undefined;
  const work = roots.reduce((sum, { expression }) => sum + costOf(expression), 0) * group.elements;
  if (work > mostSlicedWork) return undefined;
  const shape = source.shape as readonly number[];
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis]! % count !== 0) continue;
    const blocks = blocksAlong(e, shape, axis, count, narrow);
    const computed = new Set(blocks.map(({ at }) => at));
    if (![...places].every((place) => computed.has(place))) continue;
    const parts = roots.flatMap(({ value, expression }) =>
      blocks.map(({ at }) => newRoot(value, e.substitute(expression, new Map([[position, at]])), at)),
    );
    return { kind: 'kernel', elements, position: narrow, roots: parts };
  }
  return undefined;
}
