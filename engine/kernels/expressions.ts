// Builds and interns expressions, simplifying index arithmetic as it goes: reshapes, transposes and slices vanish in it.
import type { Constant, Expression, Variable } from './expression.js';
import { ExpressionTable } from './expressionTable.js';
import { substitute } from './substitute.js';

type Term = readonly [Expression, number];

/** Makes the expressions of one compilation. */
export class Expressions extends ExpressionTable {
  // Integer arithmetic over indices. Data that may overflow i32 goes through `call`.

  add(...parts: readonly (Expression | number)[]): Expression {
    return this.sum(
      parts.map((part) => [typeof part === 'number' ? this.int(part) : part, 1]),
      0,
    );
  }

  subtract(left: Expression, right: Expression): Expression {
    return this.sum(
      [
        [left, 1],
        [right, -1],
      ],
      0,
    );
  }

  scale(source: Expression, factor: number): Expression {
    return this.sum([[source, factor]], 0);
  }

  /** ⌊source / divisor⌋ for a positive constant divisor. */
  divide(source: Expression, divisor: number): Expression {
    if (divisor === 1) return source;
    // An axis of an empty tensor: never evaluated.
    if (divisor === 0) return this.int(0);
    const { quotient, rest } = this.split(source, divisor);
    return this.add(quotient, this.floorOfRest(rest, divisor));
  }

  /** source − divisor · ⌊source / divisor⌋. */
  remainder(source: Expression, divisor: number): Expression {
    if (divisor <= 1) return this.int(0);
    const { rest } = this.split(source, divisor);
    const shift = Math.floor(rest.min / divisor);
    if (Number.isFinite(shift) && Math.floor(rest.max / divisor) === shift) return this.add(rest, -shift * divisor);
    const positive = rest.min < 0 && Number.isFinite(shift) ? this.add(rest, -shift * divisor) : rest;
    const coarse = this.coarsened(positive, divisor);
    // (g·a + r) mod gd = g · (a mod d) + r for 0 ≤ r < g
    if (coarse)
      return this.add(this.scale(this.remainder(coarse.whole, divisor / coarse.unit), coarse.unit), coarse.rest);
    // (a mod bc) mod c = a mod c
    if (positive.kind === 'call' && positive.op === '%' && (positive.args[1] as Constant).value % divisor === 0)
      return this.remainder(positive.args[0]!, divisor);
    return this.bounded('%', [positive, this.int(divisor)], 0, Math.min(divisor - 1, positive.max));
  }

  /** `source` kept within bounds. */
  clamp(source: Expression, low: number, high: number): Expression {
    if (source.min >= low && source.max <= high) return source;
    return this.bounded('clamp', [source, this.int(low), this.int(high)], low, high);
  }

  /** Row-major index of each axis of `shape` at a flat position. */
  unflatten(flat: Expression, shape: readonly number[]): Expression[] {
    const index: Expression[] = new Array<Expression>(shape.length);
    let rest = flat;
    for (let axis = shape.length - 1; axis > 0; axis--) {
      index[axis] = this.remainder(rest, shape[axis]!);
      rest = this.divide(rest, shape[axis]!);
    }
    if (shape.length > 0) index[0] = shape[0] === 1 ? this.int(0) : rest;
    return index;
  }

  flatten(index: readonly Expression[], shape: readonly number[]): Expression {
    let stride = 1;
    const terms: Term[] = [];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      terms.push([index[axis]!, stride]);
      stride *= shape[axis]!;
    }
    return this.sum(terms, 0);
  }

  /** source = divisor · quotient + rest, the quotient made of the terms that the divisor divides. */
  private split(source: Expression, divisor: number): { quotient: Expression; rest: Expression } {
    const { terms, constant } = asAffine(source);
    const divisible = terms.filter(([, coefficient]) => coefficient % divisor === 0);
    const others = terms.filter(([, coefficient]) => coefficient % divisor !== 0);
    const whole = Math.floor(constant / divisor);
    return {
      quotient: this.sum(
        divisible.map(([atom, coefficient]): Term => [atom, coefficient / divisor]),
        whole,
      ),
      rest: this.sum(others, constant - whole * divisor),
    };
  }

  private floorOfRest(rest: Expression, divisor: number): Expression {
    const low = Math.floor(rest.min / divisor);
    const high = Math.floor(rest.max / divisor);
    if (low === high) return this.int(low);
    if (rest.min < 0 && Number.isFinite(low))
      return this.add(this.floorOfRest(this.add(rest, -low * divisor), divisor), low);
    // ⌊⌊a / b⌋ / c⌋ = ⌊a / bc⌋
    if (rest.kind === 'call' && rest.op === '/' && rest.args[1]?.kind === 'constant' && Number.isFinite(rest.max))
      return this.divide(rest.args[0]!, rest.args[1].value * divisor);
    // ⌊(g·a + r) / gd⌋ = ⌊a / d⌋ for 0 ≤ r < g
    const coarse = this.coarsened(rest, divisor);
    if (coarse) return this.divide(coarse.whole, divisor / coarse.unit);
    const common = commonFactor(rest, divisor);
    if (common > 1) return this.divide(this.divide(rest, common), divisor / common);
    return this.bounded('/', [rest, this.int(divisor)], low, high);
  }

  /** The same expression with variables replaced. */
  substitute(expression: Expression, replacements: ReadonlyMap<Variable, Expression>): Expression {
    return substitute(this, expression, replacements);
  }

  /** Σ factor · part + constant, simplified. */
  sum(parts: readonly Term[], constant: number): Expression {
    const coefficients = new Map<Expression, number>();
    let offset = constant;
    for (const [part, factor] of parts) {
      const { terms, constant: inner } = asAffine(part);
      offset += inner * factor;
      for (const [atom, coefficient] of terms)
        coefficients.set(atom, (coefficients.get(atom) ?? 0) + coefficient * factor);
    }
    offset += this.recombine(coefficients);
    const terms = [...coefficients].filter(([, coefficient]) => coefficient !== 0).sort(([a], [b]) => a.id - b.id);
    if (terms.length === 0) return this.int(offset);
    if (terms.length === 1 && terms[0]![1] === 1 && offset === 0) return terms[0]![0];
    return this.affine(terms, offset);
  }

  /** source = unit · whole + rest with 0 ≤ rest < unit, for a unit > 1 that divides the divisor. */
  private coarsened(
    source: Expression,
    divisor: number,
  ): { readonly unit: number; readonly whole: Expression; readonly rest: Expression } | undefined {
    const { terms, constant } = asAffine(source);
    if (terms.length < 2 && constant === 0) return undefined;
    const units = new Set(terms.map(([, coefficient]) => greatestCommonDivisor(Math.abs(coefficient), divisor)));
    for (const unit of [...units].filter((size) => size > 1).sort((a, b) => b - a)) {
      const fine = terms.filter(([, coefficient]) => coefficient % unit !== 0);
      const whole = Math.floor(constant / unit);
      const rest = this.sum(fine, constant - whole * unit);
      if (rest.min < 0 || rest.max >= unit) continue;
      const coarse = terms.filter(([, coefficient]) => coefficient % unit === 0);
      return {
        unit,
        whole: this.sum(
          coarse.map(([atom, factor]): Term => [atom, factor / unit]),
          whole,
        ),
        rest,
      };
    }
    return undefined;
  }

  /** k · (a mod c) + kc · ⌊a / c⌋ = k · a: what reshaping there and back leaves. Answers the constant part of what came of it. */
  private recombine(coefficients: Map<Expression, number>): number {
    let constant = 0;
    for (let found = this.pairIn(coefficients); found; found = this.pairIn(coefficients)) {
      const { rest, quotient, source } = found;
      const factor = coefficients.get(rest)!;
      coefficients.delete(rest);
      coefficients.delete(quotient);
      const inner = asAffine(source);
      constant += inner.constant * factor;
      for (const [part, own] of inner.terms) coefficients.set(part, (coefficients.get(part) ?? 0) + own * factor);
    }
    return constant;
  }

  /** A remainder and the quotient that belongs to it. */
  private pairIn(coefficients: ReadonlyMap<Expression, number>): Pair | undefined {
    for (const [rest, factor] of coefficients) {
      if (factor === 0 || rest.kind !== 'call' || rest.op !== '%' || rest.args[1]?.kind !== 'constant') continue;
      const [source, divisor] = rest.args as [Expression, Constant];
      const { terms, constant } = asAffine(this.divide(source, divisor.value));
      const [term] = terms;
      if (terms.length !== 1 || constant !== 0 || term![1] !== 1) continue;
      if (coefficients.get(term![0]) === factor * divisor.value) return { rest, quotient: term![0], source };
    }
    return undefined;
  }
}

interface Pair {
  readonly rest: Expression;
  readonly quotient: Expression;
  readonly source: Expression;
}

function asAffine(source: Expression): { readonly terms: readonly Term[]; readonly constant: number } {
  if (source.kind === 'affine') return source;
  if (source.kind === 'constant') return { terms: [], constant: source.value };
  return { terms: [[source, 1]], constant: 0 };
}

/** The largest number that divides the divisor and every coefficient. */
function commonFactor(source: Expression, divisor: number): number {
  const { terms } = asAffine(source);
  return terms.reduce((factor, [, coefficient]) => greatestCommonDivisor(factor, Math.abs(coefficient)), divisor);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
