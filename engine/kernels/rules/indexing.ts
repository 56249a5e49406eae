// Kernel rules of operators that pick and place elements by index. Indices count from the end where negative and are
// kept within bounds; scattering is written as gathering: each output element looks for the updates that hit it.
import type { Node } from '../../ir/graph.js';
import { normalAxis, sizeOf } from '../../ir/shape.js';
import type { Combiner, Expression } from '../expression.js';
import type { Expressions } from '../expressions.js';
import { isWide } from './arithmetic.js';
import { all, both, Formula, isBelow } from './formula.js';
import type { KernelRules, RuleContext } from './kernelRule.js';

/** The most pairs of an output element and an update that a scatter compares. */
export const mostComparisons = 2 ** 29;

export const indexingRules: KernelRules = {
  Gather: {
    picks: true,
    element: (context, index) => {
      const rank = context.inputShape(0).length;
      const axis = normalAxis(context.number('axis', 0), rank)!;
      const depth = context.inputShape(1).length;
      const picked = pickedIndex(context, index.slice(axis, axis + depth), context.inputShape(0)[axis]!);
      return context.input(0, [...index.slice(0, axis), picked, ...index.slice(axis + depth)]);
    },
  },
  GatherElements: {
    picks: true,
    element: (context, index) => {
      const axis = normalAxis(context.number('axis', 0), index.length)!;
      const picked = within(context.e, context.input(1, index), context.inputShape(0)[axis]!);
      return context.input(0, index.with(axis, picked));
    },
  },
  GatherND: {
    picks: true,
    element: (context, index) => {
      const { e } = context;
      const batch = context.number('batch_dims', 0);
      const indices = context.inputShape(1);
      const outer = index.slice(0, indices.length - 1);
      const tuple = Array.from({ length: indices.at(-1)! }, (_, at) =>
        within(e, context.input(1, [...outer, e.int(at)]), context.inputShape(0)[batch + at]!),
      );
      return context.input(0, [...index.slice(0, batch), ...tuple, ...index.slice(indices.length - 1)]);
    },
  },
  OneHot: {
    element: (context, index) => {
      const { e } = context;
      const axis = normalAxis(context.number('axis', -1), index.length)!;
      const depth = context.outputShape()[axis]!;
      const given = e.cast('i32', context.input(0, index.toSpliced(axis, 1)));
      const hit = e.call('==', [fromEnd(e, given, depth), index[axis]!]);
      return e.select(hit, context.input(2, [e.int(1)]), context.input(2, [e.int(0)]));
    },
  },
  ScatterElements: {
    supports: (node) => isAffordable(node, updatesAlongAxis),
    element: (context, index) => {
      const { e } = context;
      const axis = normalAxis(context.number('axis', 0), index.length)!;
      const shape = context.inputShape(2);
      const others = all(
        e,
        index.flatMap((at, place) => (place === axis ? [] : [isBelow(e, at, shape[place]!)])),
      );
      return scattered(context, index, [shape[axis]!], ([update]) => {
        const at = index.with(axis, update!);
        const target = fromEnd(e, context.input(1, at), context.inputShape(0)[axis]!);
        return { hit: both(e, others, e.call('==', [target, index[axis]!])), update: context.input(2, at) };
      });
    },
  },
  ScatterND: {
    supports: (node) => isAffordable(node, tuplesOf),
    element: (context, index) => {
      const { e } = context;
      const shape = context.inputShape(1);
      const depth = shape.at(-1)!;
      const outer = shape.slice(0, -1);
      return scattered(context, index, outer, (at) => {
        const hits = Array.from({ length: depth }, (_, place) => {
          const target = fromEnd(e, context.input(1, [...at, e.int(place)]), context.inputShape(0)[place]!);
          return e.call('==', [target, index[place]!]);
        });
        return { hit: all(e, hits), update: context.input(2, [...at, ...index.slice(depth)]) };
      });
    },
  },
};

/** The index that Gather reads; where it is one constant number, a constant. */
function pickedIndex(context: RuleContext, at: readonly Expression[], size: number): Expression {
  const { e } = context;
  const known = context.constants(1);
  if (known?.length === 1) return e.int(Math.min(Math.max(known[0]! < 0 ? known[0]! + size : known[0]!, 0), size - 1));
  return within(e, context.input(1, at), size);
}

/** Negative indices count from the end. */
function fromEnd(e: Expressions, index: Expression, size: number): Expression {
  return e.select(e.call('<', [index, e.int(0)]), e.add(index, size), index);
}

function within(e: Expressions, index: Expression, size: number): Expression {
  return e.clamp(fromEnd(e, index, size), 0, size - 1);
}

interface Hit {
  readonly hit: Expression;
  readonly update: Expression;
}

const combiners: Readonly<Record<string, Combiner>> = { add: 'sum', mul: 'product', max: 'max', min: 'min' };

/** The data's element combined with the updates that hit it; without a reduction the last one replaces it. */
function scattered(
  context: RuleContext,
  index: readonly Expression[],
  extents: readonly number[],
  hitOf: (at: readonly Expression[]) => Hit,
): Expression {
  const { e } = context;
  const data = context.input(0, index);
  const combiner = combiners[context.text('reduction', 'none')];
  if (!combiner) return lastHit(context, data, extents, hitOf);
  const neutral =
    combiner === 'sum' ? e.constant(data.type, 0) : combiner === 'product' ? e.constant(data.type, 1) : data;
  const total = e.reduce(combiner, extents, (at) => {
    const { hit, update } = hitOf(at);
    return e.select(hit, update, neutral);
  });
  const f = new Formula(e);
  if (combiner === 'sum') return f.add(data, total);
  if (combiner === 'product') return f.multiply(data, total);
  return combiner === 'max' ? f.max(data, total) : f.min(data, total);
}

function lastHit(
  context: RuleContext,
  data: Expression,
  extents: readonly number[],
  hitOf: (at: readonly Expression[]) => Hit,
): Expression {
  const { e } = context;
  const count = sizeOf(extents);
  if (count === 0) return data;
  const last = e.reduce('max', extents, (at) => e.select(hitOf(at).hit, e.flatten(at, extents), e.int(-1)));
  const place = e.clamp(last, 0, count - 1);
  return e.select(e.call('>=', [last, e.int(0)]), hitOf(e.unflatten(place, extents)).update, data);
}

function isAffordable(node: Node, updates: (node: Node) => number): boolean {
  const outputs = sizeOf(node.outputs[0]!.shape as readonly number[]);
  return outputs * updates(node) <= mostComparisons && isWide(node) && node.outputs[0]!.dtype !== 'bool';
}

function updatesAlongAxis(node: Node): number {
  const shape = node.inputs[2]!.shape as readonly number[];
  const axis = node.attributes.axis?.kind === 'int' ? node.attributes.axis.value : 0;
  return shape[normalAxis(axis, shape.length)!]!;
}

function tuplesOf(node: Node): number {
  return sizeOf((node.inputs[1]!.shape as readonly number[]).slice(0, -1));
}
