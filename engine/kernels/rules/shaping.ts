// Kernel rules of operators that rearrange elements.
import type { Node } from '../../ir/graph.js';
import { normalAxis } from '../../ir/shape.js';
import type { Expression } from '../expression.js';
import type { Expressions } from '../expressions.js';
import { all, isBelow, isWithin, orZero } from './formula.js';
import { gridSample } from './gridSample.js';
import { constantsOf, type KernelRule, type KernelRules, type RuleContext } from './kernelRule.js';
import { resize } from './resize.js';

/** The same elements in the same row-major order. */
const relabelled: KernelRule = {
  view: true,
  element: (context, index) => {
    const { e } = context;
    return context.input(0, e.unflatten(e.flatten(index, context.outputShape()), context.inputShape(0)));
  },
};

/** Whether the inputs at these ports are constant, where there are any. */
const constantPorts =
  (...ports: readonly number[]) =>
  ({ inputs }: Node): boolean =>
    ports.every((port) => !inputs[port] || inputs[port].constant !== undefined);

export const shapingRules: KernelRules = {
  Reshape: relabelled,
  Flatten: relabelled,
  Squeeze: relabelled,
  Unsqueeze: relabelled,
  Transpose: {
    view: true,
    element: (context, index) => {
      const rank = index.length;
      const order = context.numbers('perm') ?? index.map((_, axis) => rank - 1 - axis);
      return context.input(
        0,
        index.map((_, axis) => index[order.indexOf(axis)]!),
      );
    },
  },
  Expand: { view: true, element: (context, index) => context.broadcast(0, index) },
  Tile: {
    view: true,
    element: (context, index) =>
      context.input(
        0,
        index.map((at, axis) => context.e.remainder(at, context.inputShape(0)[axis]!)),
      ),
  },
  Slice: { view: true, supports: constantPorts(1, 2, 3, 4), element: sliced },
  Split: {
    view: true,
    element: (context, index, output) => {
      const axis = normalAxis(context.number('axis', 0), index.length)!;
      const before = context.node.outputs.slice(0, output).map((_, at) => context.outputShape(at)[axis]!);
      const start = before.reduce((sum, length) => sum + length, 0);
      return context.input(0, index.with(axis, context.e.add(index[axis]!, start)));
    },
  },
  Concat: {
    picks: true,
    element: (context, index) => {
      const axis = normalAxis(context.number('axis', 0), index.length)!;
      return joined(context, index, axis, 0, context.node.inputs.length, 0);
    },
  },
  Pad: { picks: true, supports: constantPorts(1, 3), element: padded },
  // DCR: channels are (row, column, channel); CRD: (channel, row, column).
  DepthToSpace: {
    view: true,
    element: (context, [batch, channel, row, column]) => {
      const { e } = context;
      const size = context.number('blocksize', 1);
      const [y, x] = [e.remainder(row!, size), e.remainder(column!, size)];
      const depth = context.outputShape()[1]!;
      const from =
        context.text('mode', 'DCR') === 'DCR'
          ? e.add(e.scale(y, size * depth), e.scale(x, depth), channel!)
          : e.add(e.scale(channel!, size * size), e.scale(y, size), x);
      return context.input(0, [batch!, from, e.divide(row!, size), e.divide(column!, size)]);
    },
  },
  SpaceToDepth: {
    view: true,
    element: (context, [batch, channel, row, column]) => {
      const { e } = context;
      const size = context.number('blocksize', 1);
      const depth = context.inputShape(0)[1]!;
      const [block, from] = [e.divide(channel!, depth), e.remainder(channel!, depth)];
      const y = e.add(e.scale(row!, size), e.divide(block, size));
      const x = e.add(e.scale(column!, size), e.remainder(block, size));
      return context.input(0, [batch!, from, y, x]);
    },
  },
  Trilu: {
    element: (context, index) => {
      const { e } = context;
      const [row, column] = index.slice(-2);
      const known = context.has(1) ? context.constants(1)?.[0] : 0;
      const k =
        known === undefined
          ? context.input(
              1,
              context.inputShape(1).map(() => e.int(0)),
            )
          : e.int(known);
      const distance = e.subtract(column!, row!);
      return orZero(e, e.call(context.number('upper', 1) ? '>=' : '<=', [distance, k]), context.input(0, index));
    },
  },
  Resize: resize,
  GridSample: gridSample,
};

/** The element of inputs `from` to `to` − 1, joined along `axis` from position `start` on, by bisection. */
function joined(
  context: RuleContext,
  index: readonly Expression[],
  axis: number,
  from: number,
  to: number,
  start: number,
): Expression {
  const { e } = context;
  if (to - from === 1) return context.input(from, index.with(axis, e.add(index[axis]!, -start)));
  const middle = (from + to) >> 1;
  let split = start;
  for (let port = from; port < middle; port++) split += context.inputShape(port)[axis]!;
  const first = isBelow(e, index[axis]!, split);
  const left = (): Expression => joined(context, index, axis, from, middle, start);
  const right = (): Expression => joined(context, index, axis, middle, to, split);
  if (first.kind === 'constant') return first.value ? left() : right();
  return e.select(first, left(), right());
}

/** start + step·index along each axis, starts clamped as ONNX does. */
function sliced(context: RuleContext, index: readonly Expression[]): Expression {
  const { e, node } = context;
  const shape = context.inputShape(0);
  const starts = constantsOf(node, 1)!;
  const axes = constantsOf(node, 3) ?? starts.map((_, at) => at);
  const steps = constantsOf(node, 4) ?? starts.map(() => 1);
  const at = [...index];
  starts.forEach((given, place) => {
    const axis = normalAxis(axes[place]!, shape.length)!;
    const size = shape[axis]!;
    const step = steps[place]!;
    const start = Math.min(Math.max(given < 0 ? given + size : given, 0), step > 0 ? size : size - 1);
    at[axis] = e.add(e.scale(index[axis]!, step), start);
  });
  return context.input(0, at);
}

/** Pads before each axis; negative where it is cropped. */
function padsBefore(context: RuleContext): readonly (readonly [before: number, after: number])[] {
  const given = constantsOf(context.node, 1)!;
  const rank = context.inputShape(0).length;
  const axes = constantsOf(context.node, 3) ?? context.inputShape(0).map((_, axis) => axis);
  const pads = new Array<readonly [number, number]>(rank).fill([0, 0]);
  axes.forEach((axis, at) => {
    pads[normalAxis(axis, rank)!] = [given[at]!, given[at + axes.length]!];
  });
  return pads;
}

function padded(context: RuleContext, index: readonly Expression[]): Expression {
  const { e } = context;
  const mode = context.text('mode', 'constant');
  const shape = context.inputShape(0);
  const pads = padsBefore(context);
  if (mode !== 'constant')
    return context.input(
      0,
      index.map((at, axis) => {
        const [before, after] = pads[axis]!;
        // What is cropped goes first: the border repeats what is left.
        const cropped = Math.max(-before, 0);
        const kept = shape[axis]! - cropped - Math.max(-after, 0);
        return e.add(bordered(e, e.add(at, -Math.max(before, 0)), kept, mode), cropped);
      }),
    );
  const position = index.map((at, axis) => e.add(at, -pads[axis]![0]));
  const inside = all(
    e,
    position.map((at, axis) => isWithin(e, at, shape[axis]!)),
  );
  const value = context.has(2)
    ? context.input(
        2,
        context.inputShape(2).map(() => e.int(0)),
      )
    : context.constant(0);
  return e.select(inside, context.input(0, position), value);
}

/** A position in or beside [0, size), brought inside. */
function bordered(e: Expressions, at: Expression, size: number, mode: string): Expression {
  if (at.min >= 0 && at.max < size) return at;
  if (mode === 'edge') return e.clamp(at, 0, size - 1);
  if (mode === 'wrap') return e.remainder(at, size);
  const high = at.max < size ? at : e.select(isBelow(e, at, size), at, e.subtract(e.int(2 * size - 2), at));
  if (at.min >= 0) return e.clamp(high, 0, size - 1);
  return e.clamp(e.select(e.call('<', [at, e.int(0)]), e.scale(at, -1), high), 0, size - 1);
}
