// Kernel rules of what walks or orders one axis: ArgMax, ArgMin, CumSum, TopK.
import type { Node } from '../../ir/graph.js';
import { normalAxis, sizeOf } from '../../ir/shape.js';
import type { Expression } from '../expression.js';
import { isWide } from './arithmetic.js';
import { Formula, sumOver } from './formula.js';
import type { KernelRule, KernelRules, RuleContext } from './kernelRule.js';

/** The most elements that a running sum, and the most comparisons that a ranking, looks at. */
const mostVisits = 2 ** 28;

export const orderingRules: KernelRules = {
  ArgMax: argument('max'),
  ArgMin: argument('min'),
  CumSum: {
    supports: (node) => node.inputs[1]?.constant !== undefined && isWide(node) && visits(node, cumulatedAxis(node), 1),
    element: (context, index) => {
      const { e } = context;
      const axis = cumulatedAxis(context.node);
      const [exclusive, reverse] = [context.number('exclusive', 0) !== 0, context.number('reverse', 0) !== 0];
      const order = `${reverse ? '>' : '<'}${exclusive ? '' : '='}`;
      return sumOver(e, context.outputType(), [context.inputShape(0)[axis]!], ([k]) => {
        const x = context.input(0, index.with(axis, k!));
        return e.select(e.call(order, [k!, index[axis]!]), x, e.constant(x.type, 0));
      });
    },
  },
  TopK: {
    compares: () => true,
    picks: true,
    supports: (node) => visits(node, axisOf(node), (node.inputs[0]!.shape as number[])[axisOf(node)]!),
    element: (context, index, output) => {
      const axis = axisOf(context.node);
      const place = ranked(context, index, axis);
      return output === 1 ? place : context.input(0, index.with(axis, place));
    },
  },
};

function axisOf(node: Node, fallback = -1): number {
  const given = node.attributes.axis?.kind === 'int' ? node.attributes.axis.value : fallback;
  return normalAxis(given, node.inputs[0]!.shape!.length)!;
}

function cumulatedAxis(node: Node): number {
  return normalAxis(Number(node.inputs[1]!.constant!.data[0]), node.inputs[0]!.shape!.length)!;
}

/** Whether output elements × the axis × `inner` stays affordable. */
function visits(node: Node, axis: number, inner: number): boolean {
  const outputs = sizeOf(node.outputs[0]!.shape as readonly number[]);
  return outputs * (node.inputs[0]!.shape as readonly number[])[axis]! * inner <= mostVisits;
}

/** The place of the greatest or smallest element: of several the first, or the last where asked for. */
function argument(combiner: 'max' | 'min'): KernelRule {
  return {
    compares: () => true,
    element: (context, index) => {
      const { e } = context;
      const axis = axisOf(context.node, 0);
      const size = context.inputShape(0)[axis]!;
      const at = (k: Expression): Expression[] =>
        context.number('keepdims', 1) ? index.with(axis, k) : index.toSpliced(axis, 0, k);
      const best = e.reduce(combiner, [size], ([k]) => context.input(0, at(k!)));
      const last = context.number('select_last_index', 0) !== 0;
      const place = e.reduce(last ? 'max' : 'min', [size], ([k]) =>
        e.select(e.call('==', [context.input(0, at(k!)), best]), k!, e.int(last ? -1 : size)),
      );
      return e.clamp(place, 0, size - 1);
    },
  };
}

/** The place of the element before which exactly as many come as the output's index says; equals keep their order. */
function ranked(context: RuleContext, index: readonly Expression[], axis: number): Expression {
  const { e } = context;
  const f = new Formula(e);
  const size = context.inputShape(0)[axis]!;
  const before = context.number('largest', 1) ? '>' : '<';
  const place = e.reduce('max', [size], ([candidate]) => {
    const x = context.input(0, index.with(axis, candidate!));
    const rank = e.reduce('sum', [size], ([other]) => {
      const y = context.input(0, index.with(axis, other!));
      const equalBefore = e.call('&&', [f.compare('==', y, x), e.call('<', [other!, candidate!])]);
      return e.select(e.call('||', [f.compare(before, y, x), equalBefore]), e.int(1), e.int(0));
    });
    return e.select(e.call('==', [rank, index[axis]!]), candidate!, e.int(-1));
  });
  return e.clamp(place, 0, size - 1);
}
