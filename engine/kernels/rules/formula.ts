// Arithmetic on data in rules: formulas as they are written, and comparisons of indices that bounds may settle.
import type { Expression, ScalarType } from '../expression.js';
import type { Expressions } from '../expressions.js';

/** A number stands for a constant of the other operand's type. */
export type Operand = Expression | number;

/** Writes formulas over elements; products with 1 and sums with 0 vanish. */
export class Formula {
  constructor(readonly e: Expressions) {}

  add(left: Operand, right: Operand): Expression {
    if (left === 0) return right as Expression;
    return right === 0 ? (left as Expression) : this.pair('+', left, right);
  }

  subtract(left: Operand, right: Operand): Expression {
    return right === 0 ? (left as Expression) : this.pair('-', left, right);
  }

  multiply(left: Operand, right: Operand): Expression {
    if (left === 1) return right as Expression;
    return right === 1 ? (left as Expression) : this.pair('*', left, right);
  }

  divide(left: Operand, right: Operand): Expression {
    return right === 1 ? (left as Expression) : this.pair('/', left, right);
  }

  square(x: Expression): Expression {
    return this.e.call('*', [x, x]);
  }

  negate(x: Expression): Expression {
    return this.e.call('-', [x]);
  }

  abs(x: Expression): Expression {
    return x.type === 'u32' ? x : this.e.call('abs', [x]);
  }

  compare(op: '<' | '<=' | '>' | '>=' | '==' | '!=', left: Operand, right: Operand): Expression {
    return this.pair(op, left, right);
  }

  max(left: Operand, right: Operand): Expression {
    return this.pair('max', left, right);
  }

  min(left: Operand, right: Operand): Expression {
    return this.pair('min', left, right);
  }

  select(condition: Expression, yes: Operand, no: Operand): Expression {
    const [left, right] = this.alike(yes, no);
    return this.e.select(condition, left, right);
  }

  /** A WGSL function or one of `shaderFunctions`, computed in f32; the result has the first argument's type. */
  call(name: string, first: Expression, ...rest: readonly Expression[]): Expression {
    const args = [first, ...rest].map((part) => this.e.cast('f32', part));
    return this.e.cast(first.type, this.e.call(name, args, 'f32'));
  }

  /** A test of a float's bits. */
  test(name: string, x: Expression): Expression {
    return this.e.call(name, [this.e.cast('f32', x)], 'bool');
  }

  private pair(op: string, left: Operand, right: Operand): Expression {
    return this.e.call(op, this.alike(left, right));
  }

  private alike(left: Operand, right: Operand): [Expression, Expression] {
    const type = typeof left === 'object' ? left.type : typeof right === 'object' ? right.type : 'f32';
    const made = (operand: Operand): Expression =>
      typeof operand === 'number' ? this.e.constant(type, operand) : operand;
    return [made(left), made(right)];
  }
}

/** Sums of float16 are made in float32. */
export function wide(e: Expressions, x: Expression): Expression {
  return x.type === 'f16' ? e.cast('f32', x) : x;
}

/** Σ over the extents, in float32 where the terms are float16; the result is of `type`. */
export function sumOver(
  e: Expressions,
  type: ScalarType,
  extents: readonly number[],
  term: (index: readonly Expression[]) => Expression,
): Expression {
  return e.cast(
    type,
    e.reduce('sum', extents, (index) => wide(e, term(index))),
  );
}

/** index < limit, settled where the bounds tell. */
export function isBelow(e: Expressions, index: Expression, limit: number): Expression {
  if (index.max < limit) return e.constant('bool', 1);
  if (index.min >= limit) return e.constant('bool', 0);
  return e.call('<', [index, e.int(limit)]);
}

/** index ≥ limit, settled where the bounds tell. */
export function isFrom(e: Expressions, index: Expression, limit: number): Expression {
  if (index.min >= limit) return e.constant('bool', 1);
  if (index.max < limit) return e.constant('bool', 0);
  return e.call('>=', [index, e.int(limit)]);
}

/** 0 ≤ index < size. */
export function isWithin(e: Expressions, index: Expression, size: number): Expression {
  return both(e, isFrom(e, index, 0), isBelow(e, index, size));
}

export function both(e: Expressions, left: Expression, right: Expression): Expression {
  if (left.kind === 'constant') return left.value ? right : left;
  if (right.kind === 'constant') return right.value ? left : right;
  return left === right ? left : e.call('&&', [left, right]);
}

export function all(e: Expressions, conditions: readonly Expression[]): Expression {
  return conditions.reduce((left, right) => both(e, left, right), e.constant('bool', 1));
}

/** `yes` where the condition holds, else 0. */
export function orZero(e: Expressions, condition: Expression, yes: Expression): Expression {
  return e.select(condition, yes, e.constant(yes.type, 0));
}
