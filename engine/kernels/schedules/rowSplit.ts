// A group's positions as rows and columns: what a reduction combines, and what is computed from its result, lies along a row.
import { visitExpressions, type Expression, type Reduce, type Variable } from '../expression.js';
import type { Expressions } from '../expressions.js';
import type { KernelGroup, RowSplit } from '../kernelGroup.js';

export function columnsOf({ inner, outer }: RowSplit): number {
  return inner * outer;
}

/** The flat position of a column of a row. */
export function positionAt(e: Expressions, split: RowSplit, row: Expression, column: Expression): Expression {
  const { rows, inner, outer } = split;
  return e.flatten([e.divide(column, inner), row, e.remainder(column, inner)], [outer, rows, inner]);
}

/** The row of a flat position. */
export function rowAt(e: Expressions, { rows, inner }: RowSplit, position: Expression): Expression {
  return e.remainder(e.divide(position, inner), rows);
}

/** The coarsest split in which all the reductions depend on the row only. */
export function findSplit(
  { elements, position, rows }: KernelGroup,
  reduces: readonly Reduce[],
  e: Expressions,
): RowSplit {
  if (rows) return rows;
  const whole = { rows: elements, inner: 1, outer: 1 };
  if (position.kind !== 'variable') return whole;
  const candidates = splitsOf(elements, divisorsIn(reduces, position));
  return candidates.find((split) => isSplit(split, reduces, position, e)) ?? whole;
}

/** Constants that the position is divided by. */
function divisorsIn(reduces: readonly Reduce[], position: Variable): Set<number> {
  const divisors = new Set([1]);
  visitExpressions(reduces, (part) => {
    if (!part.free.has(position)) return false;
    if (part.kind !== 'call' || (part.op !== '/' && part.op !== '%')) return true;
    const [, divisor] = part.args;
    if (divisor?.kind === 'constant') divisors.add(divisor.value);
    return true;
  });
  return divisors;
}

function splitsOf(elements: number, divisors: ReadonlySet<number>): RowSplit[] {
  const periods = new Set([elements]);
  for (const left of divisors) for (const right of divisors) periods.add(left * right);
  const splits: RowSplit[] = [];
  for (const inner of divisors)
    for (const period of periods)
      if (elements % period === 0 && period % inner === 0 && period > inner)
        splits.push({ rows: period / inner, inner, outer: elements / period });
  splits.push({ rows: 1, inner: elements, outer: 1 });
  return splits.filter((split) => columnsOf(split) > 1).sort((a, b) => a.rows - b.rows);
}

/** Whether the reductions depend on the position by its row only. */
export function isSplit(split: RowSplit, reduces: readonly Reduce[], position: Expression, e: Expressions): boolean {
  if (position.kind !== 'variable') return true;
  const row = split.rows === 1 ? e.int(0) : e.variable(split.rows, 'row');
  const inner = split.inner === 1 ? e.int(0) : e.variable(split.inner, 'inner');
  const outer = split.outer === 1 ? e.int(0) : e.variable(split.outer, 'outer');
  const at = new Map([[position, e.flatten([outer, row, inner], [split.outer, split.rows, split.inner])]]);
  return reduces.every((reduce) =>
    placesIn(reduce, position, e).every((place) => {
      const { free } = e.substitute(place, at);
      return !free.has(inner as Variable) && !free.has(outer as Variable);
    }),
  );
}

const knownPlaces = new WeakMap<Reduce, readonly Expression[]>();

/** The largest parts that depend on the position and on nothing else: by them alone a reduction depends on it. */
function placesIn(reduce: Reduce, position: Variable, e: Expressions): readonly Expression[] {
  let known = knownPlaces.get(reduce);
  if (known) return known;
  const places = new Set<Expression>();
  const isPlace = (part: Expression): boolean => part.type === 'i32' && part.free.size === 1 && part.free.has(position);
  visitExpressions([reduce], (part) => {
    if (!part.free.has(position)) return false;
    if (part.kind === 'affine') {
      const own = part.terms.filter(([atom]) => isPlace(atom));
      if (own.length > 0) places.add(e.sum(own, 0));
      return own.length < part.terms.length;
    }
    if (part.kind === 'variable' || (part.kind !== 'reduce' && part.kind !== 'load' && isPlace(part))) {
      places.add(part);
      return false;
    }
    return true;
  });
  knownPlaces.set(reduce, (known = [...places]));
  return known;
}
