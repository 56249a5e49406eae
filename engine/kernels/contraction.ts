// Recognises matrix products and convolutions among reductions: Σ over k of A(m, k) · B(k, n).
import { extentOf, visitExpressions, type Expression, type Reduce, type Variable } from './expression.js';

export interface Contraction {
  readonly reduce: Reduce;
  readonly left: Expression;
  readonly right: Expression;
  /** Output axes that only the left factor depends on, only the right one, both. */
  readonly rows: readonly Variable[];
  readonly columns: readonly Variable[];
  readonly shared: readonly Variable[];
}

/** Fewer terms than this are added up by one thread in a loop. */
const leastExtent = 4;

/**
 * The reduction as a contraction over the output's index variables, one an axis; `undefined` where the body is no product or
 * one factor depends on all the others do (then it is a weighted sum, which gains nothing from tiles).
 */
export function contractionOf(reduce: Reduce, axes: readonly Variable[]): Contraction | undefined {
  const { body } = reduce;
  if (reduce.combiner !== 'sum' || body.kind !== 'call' || body.op !== '*' || extentOf(reduce) < leastExtent)
    return undefined;
  const [left, right] = body.args as [Expression, Expression];
  if (hasReduction(left) || hasReduction(right)) return undefined;
  const isFree = (factor: Expression, axis: Variable): boolean => factor.free.has(axis);
  const rows = axes.filter((axis) => isFree(left, axis) && !isFree(right, axis));
  const columns = axes.filter((axis) => isFree(right, axis) && !isFree(left, axis));
  const shared = axes.filter((axis) => isFree(left, axis) && isFree(right, axis));
  return rows.length > 0 && columns.length > 0 ? { reduce, left, right, rows, columns, shared } : undefined;
}

function hasReduction(expression: Expression): boolean {
  let found = false;
  visitExpressions([expression], ({ kind }) => {
    found ||= kind === 'reduce' || kind === 'fold';
    return !found;
  });
  return found;
}

/** The outermost reductions of an expression. */
export function reductionsOf(expression: Expression): Reduce[] {
  const found: Reduce[] = [];
  visitExpressions([expression], (part) => {
    if (part.kind !== 'reduce') return true;
    found.push(part);
    return false;
  });
  return found;
}

/** A reduction of more terms than this is the main work of its kernel: no other of the kind joins. */
const smallReduction = 64;

export function hasLongReduction(expression: Expression): boolean {
  return reductionsOf(expression).some((reduce) => extentOf(reduce) > smallReduction);
}
