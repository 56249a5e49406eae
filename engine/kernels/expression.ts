// Scalar expressions: what one element of a tensor is, as a function of its index. Interned by `Expressions`: equal means identical.
import type { Value } from '../ir/graph.js';

/** bool exists in expressions only; in memory it is u32. */
export type ScalarType = 'f32' | 'f16' | 'i32' | 'u32' | 'bool';

interface Common {
  readonly id: number;
  readonly type: ScalarType;
  /** Bounds of an integer's value, ±Infinity where nothing is known. */
  readonly min: number;
  readonly max: number;
  /** The loop and index variables that it depends on. */
  readonly free: ReadonlySet<Variable>;
}

export interface Constant extends Common {
  readonly kind: 'constant';
  readonly value: number;
}

/** An i32 from 0 to `extent` − 1, or another scalar that code outside the expression binds. */
export interface Variable extends Common {
  readonly kind: 'variable';
  readonly name: string;
}

/** Σ coefficient · atom + constant over i32: what indices are made of. */
export interface Affine extends Common {
  readonly kind: 'affine';
  readonly terms: readonly (readonly [atom: Expression, coefficient: number])[];
  readonly constant: number;
}

/** `op` is an infix or prefix operator of WGSL, or the name of a function (WGSL's own or of `shaderFunctions`). */
export interface Call extends Common {
  readonly kind: 'call';
  readonly op: string;
  readonly args: readonly Expression[];
}

/** `yes` where `condition`, else `no`; what is not chosen need not be evaluated. */
export interface Select extends Common {
  readonly kind: 'select';
  readonly condition: Expression;
  readonly yes: Expression;
  readonly no: Expression;
}

/** The element at flat `index` of a tensor in memory. */
export interface Load extends Common {
  readonly kind: 'load';
  readonly source: Value;
  readonly index: Expression;
}

export type Combiner = 'sum' | 'product' | 'max' | 'min' | 'any' | 'all';

/** `body` combined over all values of the variables, in any order. */
export interface Reduce extends Common {
  readonly kind: 'reduce';
  readonly combiner: Combiner;
  readonly variables: readonly Variable[];
  readonly body: Expression;
}

/** `accumulator` starts at `initial` and becomes `body` for every value of `variable`, in order. */
export interface Fold extends Common {
  readonly kind: 'fold';
  readonly accumulator: Variable;
  readonly initial: Expression;
  readonly variable: Variable;
  readonly body: Expression;
}

export type Expression = Constant | Variable | Affine | Call | Select | Load | Reduce | Fold;

/** Elements that a reduction combines. */
export function extentOf({ variables }: Reduce): number {
  return variables.reduce((product, variable) => product * (variable.max + 1), 1);
}

/** The expressions that `expression` is made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'constant':
    case 'variable':
      return [];
    case 'affine':
      return expression.terms.map(([atom]) => atom);
    case 'call':
      return expression.args;
    case 'select':
      return [expression.condition, expression.yes, expression.no];
    case 'load':
      return [expression.index];
    case 'reduce':
      return [expression.body];
    case 'fold':
      return [expression.initial, expression.body];
  }
}

/** Calls `visit` once for every distinct expression below and including `roots`; parts of what `visit` answers false are left out. */
export function visitExpressions(roots: Iterable<Expression>, visit: (expression: Expression) => unknown): void {
  const seen = new Set<Expression>();
  const stack = [...roots];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (visit(next) !== false) stack.push(...partsOf(next));
  }
}
