// Kernel rules of reductions over axes.
import { normalAxis } from '../../ir/shape.js';
import { constantsOf, type KernelRule, type KernelRules, type RuleContext } from './kernelRule.js';
import type { Combiner, Expression } from '../expression.js';

/** The axes that a Reduce node combines, in ascending order. */
function axesOf(context: RuleContext): readonly number[] {
  const rank = context.inputShape(0).length;
  const given = constantsOf(context.node, 1) ?? context.numbers('axes');
  if (given && given.length > 0) return given.map((axis) => normalAxis(axis, rank)!).sort((a, b) => a - b);
  return context.number('noop_with_empty_axes', 0) ? [] : context.inputShape(0).map((_, axis) => axis);
}

type Transform = (x: Expression, context: RuleContext, count: number) => Expression;
const same: Transform = (x) => x;

/** after(combine(before(x))) over the axes. */
function reduced(combiner: Combiner, before: Transform = same, after: Transform = same): KernelRule {
  return {
    supports: (node) => !node.inputs[1] || node.inputs[1].constant !== undefined,
    element: (context, index) => {
      const axes = axesOf(context);
      const shape = context.inputShape(0);
      const keep = context.number('keepdims', 1) !== 0;
      const kept = keep ? index.filter((_, axis) => !axes.includes(axis)) : index;
      const extents = axes.map((axis) => shape[axis]!);
      const count = extents.reduce((product, extent) => product * extent, 1);
      const total = context.e.reduce(combiner, extents, (inner) => {
        let next = 0;
        const at = shape.map((_, axis) => (axes.includes(axis) ? inner[axes.indexOf(axis)]! : kept[next++]!));
        return before(context.input(0, at), context, count);
      });
      return after(total, context, count);
    },
  };
}

export const reductionRules: KernelRules = {
  ReduceSum: reduced('sum'),
  ReduceMean: reduced('sum', same, (x, { e }, count) => e.call('*', [x, e.constant(x.type, 1 / count)])),
  ReduceMax: reduced('max'),
  ReduceMin: reduced('min'),
  ReduceProd: reduced('product'),
};
