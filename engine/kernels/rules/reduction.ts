// Kernel rules of reductions over axes.
import { isFloat } from '../../ir/dtype.js';
import type { Node } from '../../ir/graph.js';
import { normalAxis } from '../../ir/shape.js';
import type { Combiner, Expression } from '../expression.js';
import { isWide } from './arithmetic.js';
import { Formula, wide } from './formula.js';
import { constantsOf, type KernelRule, type KernelRules, type RuleContext } from './kernelRule.js';

/** The axes that a Reduce node combines, in ascending order. */
function axesOf(context: RuleContext): readonly number[] {
  const rank = context.inputShape(0).length;
  const given = constantsOf(context.node, 1) ?? context.numbers('axes');
  if (given && given.length > 0) return given.map((axis) => normalAxis(axis, rank)!).sort((a, b) => a - b);
  return context.number('noop_with_empty_axes', 0) ? [] : context.inputShape(0).map((_, axis) => axis);
}

/** Calls `of` with every element that output `index` combines. */
type Combine = (combiner: Combiner, of: (x: Expression) => Expression) => Expression;

function reduction(
  of: (combine: Combine, f: Formula, count: number, context: RuleContext) => Expression,
  supports: (node: Node) => boolean = isWide,
): KernelRule {
  return {
    supports: (node) => (!node.inputs[1] || node.inputs[1].constant !== undefined) && supports(node),
    element: (context, index) => {
      const { e } = context;
      const axes = axesOf(context);
      const shape = context.inputShape(0);
      const keep = context.number('keepdims', 1) !== 0;
      const kept = keep ? index.filter((_, axis) => !axes.includes(axis)) : index;
      const extents = axes.map((axis) => shape[axis]!);
      const count = extents.reduce((product, extent) => product * extent, 1);
      const combine: Combine = (combiner, term) =>
        e.reduce(combiner, extents, (inner) => {
          let next = 0;
          const at = shape.map((_, axis) => (axes.includes(axis) ? inner[axes.indexOf(axis)]! : kept[next++]!));
          return term(context.input(0, at));
        });
      return of(combine, new Formula(e), count, context);
    },
  };
}

const isFloating = ({ inputs }: Node): boolean => isFloat(inputs[0]!.dtype);
const same = (x: Expression): Expression => x;

/** after(Σ before(x)), in float32 where the elements are float16. */
function summed(
  before: (f: Formula, x: Expression) => Expression,
  after: (f: Formula, total: Expression, count: number) => Expression = (_f, total) => total,
  supports?: (node: Node) => boolean,
): KernelRule {
  return reduction((combine, f, count, context) => {
    const { e } = context;
    const total = combine('sum', (x) => before(f, wide(e, x)));
    return e.cast(context.outputType(), after(f, total, count));
  }, supports);
}

/** max or min; of booleans any or all. */
function extreme(combiner: 'max' | 'min'): KernelRule {
  const rule = reduction(
    (combine, _f, _count, context) => {
      if (context.inputType(0) === 'bool') return combine(combiner === 'max' ? 'any' : 'all', same);
      return combine(combiner, same);
    },
    () => true,
  );
  return { ...rule, picks: true };
}

export const reductionRules: KernelRules = {
  ReduceSum: summed((_f, x) => x),
  ReduceMean: summed(
    (_f, x) => x,
    (f, total, count) => f.multiply(total, 1 / count),
    isFloating,
  ),
  ReduceSumSquare: summed((f, x) => f.square(x)),
  ReduceL1: summed((f, x) => f.abs(x)),
  ReduceL2: summed(
    (f, x) => f.square(x),
    (f, total) => f.call('sqrt', total),
    isFloating,
  ),
  ReduceLogSum: summed(
    (_f, x) => x,
    (f, total) => f.call('log', total),
    isFloating,
  ),
  ReduceMax: extreme('max'),
  ReduceMin: extreme('min'),
  ReduceProd: reduction((combine) => combine('product', same)),
  // m + log Σ exp(x − m), m the maximum, or 0 where that is not finite
  ReduceLogSumExp: reduction((combine, f, _count, context) => {
    const { e } = context;
    const most = combine('max', (x) => wide(e, x));
    const shift = f.select(f.test('isFinite', most), most, 0);
    const total = combine('sum', (x) => f.call('exp', f.subtract(wide(e, x), shift)));
    return e.cast(context.outputType(), f.add(f.call('log', total), shift));
  }, isFloating),
};
