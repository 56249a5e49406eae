// Kernel rules of matrix products, reductions over a product that schedules recognise and tile, and of functions over rows.
import { normalAxis } from '../../ir/shape.js';
import type { Expression } from '../expression.js';
import { Formula, sumOver, wide } from './formula.js';
import { einsum, isContraction } from './einsum.js';
import { isWide } from './arithmetic.js';
import type { KernelRule, KernelRules, RuleContext } from './kernelRule.js';

export const linearRules: KernelRules = {
  MatMul: {
    supports: isWide,
    element: (context, index) => {
      const { e } = context;
      const a = context.inputShape(0);
      const b = context.inputShape(1);
      const row = b.length === 1 ? index.length - 1 : index.length - 2;
      const batch = index.slice(0, index.length - (a.length > 1 ? 1 : 0) - (b.length > 1 ? 1 : 0));
      const lead = (shape: readonly number[]): Expression[] =>
        shape
          .slice(0, -2)
          .map((size, axis) => (size === 1 ? e.int(0) : batch[batch.length - (shape.length - 2) + axis]!));
      return sumOver(e, context.outputType(), [a.at(-1)!], ([k]) =>
        e.call('*', [
          wide(e, context.input(0, a.length === 1 ? [k!] : [...lead(a), index[row]!, k!])),
          wide(e, context.input(1, b.length === 1 ? [k!] : [...lead(b), k!, index.at(-1)!])),
        ]),
      );
    },
  },
  // α·A'·B' + β·C
  Gemm: {
    supports: isWide,
    element: (context, [row, column]) => {
      const { e } = context;
      const f = new Formula(e);
      const [transA, transB] = [context.number('transA', 0) !== 0, context.number('transB', 0) !== 0];
      const inner = context.inputShape(0)[transA ? 0 : 1]!;
      const product = sumOver(e, context.outputType(), [inner], ([k]) =>
        e.call('*', [
          wide(e, context.input(0, transA ? [k!, row!] : [row!, k!])),
          wide(e, context.input(1, transB ? [column!, k!] : [k!, column!])),
        ]),
      );
      const scaled = f.multiply(product, context.number('alpha', 1));
      const beta = context.number('beta', 1);
      return context.has(2) ? f.add(scaled, f.multiply(context.broadcast(2, [row!, column!]), beta)) : scaled;
    },
  },
  Einsum: { element: einsum, supports: (node) => isWide(node) && isContraction(node) },
  // exp(x − max) / Σ exp(x − max)
  Softmax: alongRow(({ f, x, row, max }) =>
    f.divide(
      f.call('exp', f.subtract(x, max)),
      row((each) => f.call('exp', f.subtract(each, max))),
    ),
  ),
  // x − max − log Σ exp(x − max)
  LogSoftmax: alongRow(({ f, x, row, max }) =>
    f.subtract(
      f.subtract(x, max),
      f.call(
        'log',
        row((each) => f.call('exp', f.subtract(each, max))),
      ),
    ),
  ),
  // The first place that reaches the maximum.
  Hardmax: {
    compares: () => true,
    element: (context, index) => {
      const { e } = context;
      const { axis, size, max } = rowOf(context, index);
      const first = e.reduce('min', [size], ([k]) =>
        e.select(e.call('==', [context.input(0, index.with(axis, k!)), max]), k!, e.int(size)),
      );
      return e.select(e.call('==', [first, index[axis]!]), context.constant(1), context.constant(0));
    },
  },
};

interface Row {
  readonly f: Formula;
  readonly x: Expression;
  readonly max: Expression;
  /** Σ over the row. */
  readonly row: (term: (each: Expression) => Expression) => Expression;
}

function rowOf(context: RuleContext, index: readonly Expression[]): { axis: number; size: number; max: Expression } {
  const axis = normalAxis(context.number('axis', -1), index.length)!;
  const size = context.inputShape(0)[axis]!;
  const max = context.e.reduce('max', [size], ([k]) => context.input(0, index.with(axis, k!)));
  return { axis, size, max };
}

/** A rule of an element, the greatest of its row and sums over the row. */
function alongRow(of: (row: Row) => Expression): KernelRule {
  return {
    element: (context, index) => {
      const { e } = context;
      const { axis, size, max } = rowOf(context, index);
      const row = (term: (each: Expression) => Expression): Expression =>
        sumOver(e, context.outputType(), [size], ([k]) => term(context.input(0, index.with(axis, k!))));
      return of({ f: new Formula(e), x: context.input(0, index), max, row });
    },
  };
}
