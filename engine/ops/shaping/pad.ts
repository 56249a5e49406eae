// Pad: adds a border, or crops where a pad is negative (ONNX Pad-21; modes constant, reflect, edge, wrap).
import type { Node, Value } from '../../ir/graph.js';
import { normalAxis, type Dim } from '../../ir/shape.js';
import { oneOf } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { rankOf } from '../valueTypes.js';
import { needed, staticDim } from './dims.js';
import { knownNumbers } from './knownDims.js';
import { padsAlong } from './pads.js';

export const pad = defineOp({
  type: 'Pad',
  since: 19,
  inputs: ['data', 'pads', 'constant_value?', 'axes?'],
  outputs: ['output'],
  attributes: { mode: oneOf(['constant', 'reflect', 'edge', 'wrap'], 'constant') },
  // y_i = before_i + x_i + after_i
  infer: ({ data, attributes, node, fail }) => {
    const pads = padsByAxis(node, data.shape.length);
    if (typeof pads === 'string') fail('pads', pads);
    if (!pads || typeof pads === 'string') return [{ dtype: data.dtype, shape: data.shape.map(() => null) }];
    const shape = data.shape.map((dim, axis): Dim => {
      const [before, after] = pads[axis]!;
      const most = typeof dim === 'number' ? reach(attributes.mode, dim) : Infinity;
      if (Math.max(before, after) > most)
        fail('pads', `mode ${attributes.mode} pads axis ${axis} by at most ${most}, got ${Math.max(before, after)}`);
      if (before === 0 && after === 0) return dim;
      return typeof dim === 'number' ? dim + before + after : null;
    });
    const negative = shape.findIndex((dim) => typeof dim === 'number' && dim < 0);
    if (negative >= 0) fail('pads', `axis ${negative} is cropped by more than its size`);
    return [{ dtype: data.dtype, shape }];
  },
  gradient: {
    data: ({ emit, data, node, attributes, dY }) =>
      stretches(node, data).reduce((gradient, stretch) => fold(emit, gradient, attributes.mode, stretch), dY),
    pads: zeroGradient('pads'),
    // Σ over the border = Σ dY − Σ over the inside
    constant_value: ({ emit, data, node, dY }) => {
      const inside = stretches(node, data).reduce((gradient, stretch) => fold(emit, gradient, 'constant', stretch), dY);
      return emit.sub(emit.reduceSum(dY), emit.reduceSum(inside));
    },
    axes: zeroGradient('axes'),
  },
  flops: () => 0,
});

/** How far a mode can reach beyond an axis of size `dim`. */
function reach(mode: string, dim: number): number {
  return mode === 'reflect' ? dim - 1 : mode === 'wrap' ? dim : Infinity;
}

interface Stretch {
  readonly axis: number;
  /** Negative where the axis is cropped. */
  readonly before: number;
  readonly after: number;
  /** Size of the axis before padding. */
  readonly size: number;
}

/** [before, after] of every axis; `undefined` when unknown, a sentence when they do not fit. */
function padsByAxis(node: Node, rank: number): (readonly [number, number])[] | string | undefined {
  const given = knownNumbers(node.inputs[1]);
  const axes = node.inputs[3] ? knownNumbers(node.inputs[3]) : Array.from({ length: rank }, (_, axis) => axis);
  if (!given || !axes) return undefined;
  if (given.length !== 2 * axes.length) return `${axes.length} axes take ${2 * axes.length} pads, got ${given.length}`;
  const pads = new Array<readonly [number, number]>(rank).fill([0, 0]);
  for (const [at, axis] of axes.entries()) {
    const place = normalAxis(axis, rank);
    if (place === undefined) return `axis ${axis} is outside a rank of ${rank}`;
    pads[place] = [given[at]!, given[at + axes.length]!];
  }
  return pads;
}

function stretches(node: Node, data: Value): Stretch[] {
  const pads = padsByAxis(node, rankOf(data));
  const known = typeof pads === 'object' ? pads : (needed(node, 'pads', undefined) as never);
  return known.flatMap(([before, after]: readonly [number, number], axis: number) =>
    before === 0 && after === 0 ? [] : [{ axis, before, after, size: staticDim(node, data, axis) }],
  );
}

/** Takes the border of one axis off a gradient and, unless it was constant, adds it to what it copied. */
function fold(emit: Emit, dY: Value, mode: string, { axis, before, after, size }: Stretch): Value {
  const [left, right] = [Math.max(before, 0), Math.max(after, 0)];
  // The axis as it was after cropping.
  const kept = size + Math.min(before, 0) + Math.min(after, 0);
  const cut = (from: number, to: number): Value => emit.slice(dY, [from], [to], [axis]);
  const place = (part: Value, at: number, length: number): Value =>
    emit.pad(part, padsAlong(part, axis, at, kept - at - length));
  let core = left || right ? cut(left, left + kept) : dY;
  if (mode !== 'constant') {
    if (left) core = emit.add(core, border(emit, cut(0, left), mode, axis, left, 'before', kept, place));
    if (right)
      core = emit.add(
        core,
        border(emit, cut(left + kept, left + kept + right), mode, axis, right, 'after', kept, place),
      );
  }
  return emit.pad(core, padsAlong(core, axis, Math.max(-before, 0), Math.max(-after, 0)));
}

/** The gradient of one border, put where its values came from. */
function border(
  emit: Emit,
  part: Value,
  mode: string,
  axis: number,
  length: number,
  side: 'before' | 'after',
  kept: number,
  place: (part: Value, at: number, length: number) => Value,
): Value {
  const first = side === 'before';
  if (mode === 'edge') return place(emit.reduceSum(part, [axis], true), first ? 0 : kept - 1, 1);
  if (mode === 'wrap') return place(part, first ? kept - length : 0, length);
  // reflect leaves the edge itself out
  const mirrored = emit.slice(part, [-1], [-(2 ** 31)], [axis], [-1]);
  return place(mirrored, first ? 1 : kept - 1 - length, length);
}
