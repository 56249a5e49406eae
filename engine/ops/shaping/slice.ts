// Slice: starts, ends and steps along axes, steps negative too (ONNX Slice-13).
import type { Node, Value } from '../../ir/graph.js';
import { normalAxis, stridesOf, type Dim, type Shape } from '../../ir/shape.js';
import { elements } from '../../ir/tensor.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { rankOf, shapeOf } from '../valueTypes.js';
import { checkedAxis } from '../inference.js';
import { needed, staticDim } from './dims.js';
import { knownNumbers } from './knownDims.js';
import { padsAlong } from './pads.js';
import { rearrange } from './rearrange.js';

export const slice = defineOp({
  type: 'Slice',
  since: 13,
  inputs: ['data', 'starts', 'ends', 'axes?', 'steps?'],
  outputs: ['output'],
  attributes: {},
  infer: ({ data, node, fail }) => {
    const given = node.inputs[3] ? knownNumbers(node.inputs[3]) : data.shape.map((_, axis) => axis);
    if (!given) return [{ dtype: data.dtype, shape: data.shape.map(() => null) }];
    const starts = knownNumbers(node.inputs[1]);
    const ends = knownNumbers(node.inputs[2]);
    const steps = node.inputs[4] ? knownNumbers(node.inputs[4]) : given.map(() => 1);
    if (steps?.includes(0)) fail('steps', 'a step must not be 0');
    const shape = [...data.shape];
    given.slice(0, starts?.length ?? given.length).forEach((axis, at) => {
      const place = checkedAxis(axis, data.shape.length, fail, 'axes');
      const [start, end, step] = [starts?.[at], ends?.[at], steps?.[at]];
      shape[place] =
        start === undefined || end === undefined || step === undefined
          ? null
          : slicedDim(data.shape[place]!, start, end, step);
    });
    return [{ dtype: data.dtype, shape }];
  },
  gradient: {
    data: ({ emit, data, node, dY }) =>
      shapeOf(dY).includes(0)
        ? emit.fullLike(data, 0)
        : stretchesOf(node, data).reduce((gradient, stretch) => placed(emit, gradient, stretch), dY),
    starts: zeroGradient('positions'),
    ends: zeroGradient('positions'),
    axes: zeroGradient('axes'),
    steps: zeroGradient('steps'),
  },
  evaluate: ([data, starts, ends, axes, steps]) => {
    const { shape } = data!;
    const first = shape.map(() => 0);
    const stepOf = shape.map(() => 1);
    const to = [...shape];
    const given = axes ? elements(axes) : shape.map((_, axis) => axis);
    elements(starts!).forEach((start, at) => {
      const axis = normalAxis(given[at]!, shape.length)!;
      stepOf[axis] = steps ? elements(steps)[at]! : 1;
      const found = resolve(shape[axis]!, start, elements(ends!)[at]!, stepOf[axis]);
      first[axis] = found.start;
      to[axis] = found.length;
    });
    const strides = stridesOf(shape);
    return [
      rearrange(data!, to, (coordinates) =>
        coordinates.reduce((sum, c, axis) => sum + (first[axis]! + c * stepOf[axis]!) * strides[axis]!, 0),
      ),
    ];
  },
  flops: () => 0,
});

interface Stretch {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly length: number;
  /** Size of the axis that was sliced. */
  readonly size: number;
}

/** Start clamped into the axis and the number of elements taken, as ONNX (and NumPy) count them. */
function resolve(size: number, start: number, end: number, step: number): { start: number; length: number } {
  const clamp = (position: number, low: number, high: number): number =>
    Math.min(Math.max(position < 0 ? position + size : position, low), high);
  const from = step > 0 ? clamp(start, 0, size) : clamp(start, 0, size - 1);
  const to = step > 0 ? clamp(end, 0, size) : clamp(end, -1, size - 1);
  return { start: from, length: Math.max(0, Math.ceil((to - from) / step)) };
}

/** On a symbolic dimension only whole axes and single elements at the ends have a known length. */
function slicedDim(dim: Dim, start: number, end: number, step: number): Dim {
  if (typeof dim === 'number') return resolve(dim, start, end, step).length;
  const far = 2 ** 31 - 1;
  if (start === 0 && end >= far && step === 1) return dim;
  if ((start === -1 || start >= far) && end < -far && step === -1) return dim;
  return step > 0 && ((start === -1 && end >= far) || (start === 0 && end === 1)) ? 1 : null;
}

/** What was taken along each axis that was not taken whole. */
function stretchesOf(node: Node, data: Value): Stretch[] {
  const rank = rankOf(data);
  const starts = needed(node, 'starts', knownNumbers(node.inputs[1]));
  const ends = needed(node, 'ends', knownNumbers(node.inputs[2]));
  const axes = node.inputs[3] ? needed(node, 'axes', knownNumbers(node.inputs[3])) : starts.map((_, axis) => axis);
  const steps = node.inputs[4] ? needed(node, 'steps', knownNumbers(node.inputs[4])) : starts.map(() => 1);
  return starts.flatMap((given, at) => {
    const axis = normalAxis(axes[at]!, rank)!;
    const step = steps[at]!;
    if (isWhole(data.shape!, axis, given, ends[at]!, step)) return [];
    const size = staticDim(node, data, axis);
    const { start, length } = resolve(size, given, ends[at]!, step);
    return start === 0 && length === size && step === 1 ? [] : [{ axis, start, step, length, size }];
  });
}

function isWhole(shape: Shape, axis: number, start: number, end: number, step: number): boolean {
  return typeof shape[axis] !== 'number' && start === 0 && end >= 2 ** 31 - 1 && step === 1;
}

/** Puts a gradient back where its elements were taken, zeros elsewhere. */
function placed(emit: Emit, gradient: Value, stretch: Stretch): Value {
  const { axis, step, length, size } = stretch;
  if (step < 0 && length > 1) {
    const upward = { ...stretch, start: stretch.start + (length - 1) * step, step: -step };
    return placed(emit, emit.slice(gradient, [-1], [-(2 ** 31)], [axis], [-1]), upward);
  }
  const spread = length > 1 && step > 1 ? interleaved(emit, gradient, axis, step) : gradient;
  const covered = length > 1 ? (length - 1) * step + 1 : length;
  return emit.pad(spread, padsAlong(gradient, axis, stretch.start, size - stretch.start - covered));
}

/** [a, b, c] with step 2 becomes [a, 0, b, 0, c]. */
function interleaved(emit: Emit, x: Value, axis: number, step: number): Value {
  const length = x.shape![axis] as number;
  const apart = emit.unsqueeze(x, [axis + 1]);
  const padded = emit.pad(apart, padsAlong(apart, axis + 1, 0, step - 1));
  const dims = x.shape!.map((dim, at) => (at === axis ? length * step : typeof dim === 'number' ? dim : -1));
  return emit.slice(emit.reshape(padded, dims), [0], [(length - 1) * step + 1], [axis]);
}
