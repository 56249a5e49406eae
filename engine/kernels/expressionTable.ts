// Makes and interns expressions: equal ones are one object.
import type { Value } from '../ir/graph.js';
import type { Affine, Combiner, Constant, Expression, Fold, Load, Reduce, ScalarType, Variable } from './expression.js';

const none: ReadonlySet<Variable> = new Set();
const comparisons = new Set(['<', '<=', '>', '>=', '==', '!=', '&&', '||', '!']);

/** The expressions of one compilation; index arithmetic is in `Expressions`. */
export class ExpressionTable {
  private readonly interned = new Map<number, Interned>();
  private readonly numbers = new Map<unknown, number>();
  private next = 0;

  constant(type: ScalarType, value: number): Constant {
    const bounds = type === 'i32' || type === 'u32' ? { min: value, max: value } : unbounded;
    return this.intern(
      [this.numberOf('constant'), this.numberOf(type), this.numberOf(Object.is(value, -0) ? '-0' : value)],
      () => ({
        kind: 'constant',
        type,
        value,
        ...bounds,
        free: none,
      }),
    ) as Constant;
  }

  /** An i32 constant. */
  int(value: number): Constant {
    return this.constant('i32', value);
  }

  float(value: number): Constant {
    return this.constant('f32', value);
  }

  /** A fresh i32 variable with values 0 to `extent` − 1. */
  variable(extent: number, prefix = 'k'): Variable {
    return this.makeVariable('i32', prefix, 0, extent - 1);
  }

  /** A fresh variable of any type, with nothing known of its value. */
  unknown(type: ScalarType, prefix: string): Variable {
    return this.makeVariable(type, prefix, -Infinity, Infinity);
  }

  private makeVariable(type: ScalarType, prefix: string, min: number, max: number): Variable {
    const id = this.next++;
    const free = new Set<Variable>();
    // i32 and u32 are taken.
    const made: Variable = { kind: 'variable', id, type, name: `${prefix}_${id}`, min, max, free };
    free.add(made);
    return made;
  }

  call(op: string, args: readonly Expression[], type?: ScalarType): Expression {
    const settled = type === undefined || type === 'bool' ? settledComparison(op, args) : undefined;
    if (settled !== undefined) return this.constant('bool', settled ? 1 : 0);
    if (op === '&&' || op === '||') {
      // What is left is the neutral element.
      const rest = args.filter((arg) => arg.kind !== 'constant');
      if (rest.length < args.length) return rest[0] ?? args[0]!;
    }
    const result = type ?? (comparisons.has(op) ? 'bool' : args[0]!.type);
    return this.intern([this.numberOf(op), this.numberOf(result), ...ids(args)], () => ({
      kind: 'call',
      type: result,
      op,
      args,
      ...unbounded,
      free: union(args),
    }));
  }

  /** Converts between scalar types as WGSL does (floats are truncated toward zero; anything but 0 is true). */
  cast(type: ScalarType, source: Expression): Expression {
    if (source.type === type) return source;
    if (source.kind === 'constant')
      return this.constant(
        type,
        type === 'bool' ? Number(source.value !== 0) : isInteger(type) ? Math.trunc(source.value) : source.value,
      );
    return this.call(type, [source], type);
  }

  load(source: Value, type: ScalarType, index: Expression): Load {
    const bounds = type === 'i32' ? { min: -(2 ** 31), max: 2 ** 31 - 1 } : unbounded;
    return this.intern([this.numberOf('load'), this.numberOf(type), this.numberOf(source), index.id], () => ({
      kind: 'load',
      type,
      source,
      index,
      ...bounds,
      free: index.free,
    })) as Load;
  }

  select(condition: Expression, yes: Expression, no: Expression): Expression {
    if (condition.kind === 'constant') return condition.value ? yes : no;
    if (yes === no) return yes;
    return this.intern([this.numberOf('select'), condition.id, yes.id, no.id], () => ({
      kind: 'select',
      type: yes.type,
      condition,
      yes,
      no,
      min: Math.min(yes.min, no.min),
      max: Math.max(yes.max, no.max),
      free: union([condition, yes, no]),
    }));
  }

  /** Combines `body` over all values of fresh variables of the given extents. */
  reduce(
    combiner: Combiner,
    extents: readonly number[],
    body: (index: readonly Expression[]) => Expression,
  ): Expression {
    const index = extents.map((extent) => (extent === 1 ? this.int(0) : this.variable(extent)));
    const variables = index.filter((part) => part.kind === 'variable');
    const inner = body(index);
    return variables.length === 0 ? inner : this.reduceOver(combiner, variables, inner);
  }

  reduceOver(combiner: Combiner, variables: readonly Variable[], body: Expression): Reduce {
    return this.intern([this.numberOf('reduce'), this.numberOf(combiner), body.id, ...ids(variables)], () => ({
      kind: 'reduce',
      type: body.type,
      combiner,
      variables,
      body,
      ...unbounded,
      free: without(body.free, variables),
    })) as Reduce;
  }

  /** See {@link Fold}. */
  fold(
    initial: Expression,
    extent: number,
    body: (accumulator: Variable, variable: Variable) => Expression,
  ): Expression {
    const accumulator = this.unknown(initial.type, 'acc');
    const variable = this.variable(extent);
    return this.foldOver(accumulator, initial, variable, body(accumulator, variable));
  }

  foldOver(accumulator: Variable, initial: Expression, variable: Variable, body: Expression): Fold {
    return this.intern([this.numberOf('fold'), accumulator.id, initial.id, variable.id, body.id], () => ({
      kind: 'fold',
      type: initial.type,
      accumulator,
      initial,
      variable,
      body,
      ...unbounded,
      free: new Set([...initial.free, ...without(body.free, [accumulator, variable])]),
    })) as Fold;
  }

  /** Σ coefficient · atom + constant of distinct atoms in ascending order of `id`, none of which is an affine sum itself. */
  affine(terms: Affine['terms'], constant: number): Affine {
    let min = constant;
    let max = constant;
    for (const [atom, coefficient] of terms) {
      min += coefficient > 0 ? coefficient * atom.min : coefficient * atom.max;
      max += coefficient > 0 ? coefficient * atom.max : coefficient * atom.min;
    }
    return this.intern(
      [this.numberOf('affine'), constant, ...terms.flatMap(([atom, coefficient]) => [atom.id, coefficient])],
      () => ({
        kind: 'affine',
        type: 'i32',
        terms,
        constant,
        min,
        max,
        free: union(terms.map(([atom]) => atom)),
      }),
    ) as Affine;
  }

  /** A call whose integer result lies within known bounds. */
  bounded(op: string, args: readonly Expression[], min: number, max: number): Expression {
    return this.intern([this.numberOf('bounded'), this.numberOf(op), min, max, ...ids(args)], () => ({
      kind: 'call',
      type: 'i32',
      op,
      args,
      min,
      max,
      free: union(args),
    }));
  }

  /** A number for anything that is no expression. */
  private numberOf(thing: unknown): number {
    let number = this.numbers.get(thing);
    if (number === undefined) this.numbers.set(thing, (number = this.numbers.size));
    return number;
  }

  /** The expression with this key, numbers that say all of it; made on first use. */
  private intern(key: readonly number[], make: () => DistributiveOmit<Expression, 'id'>): Expression {
    const hash = hashOf(key);
    const first = this.interned.get(hash);
    for (let entry = first; entry; entry = entry.next) if (isEqual(entry.key, key)) return entry.expression;
    const expression = { ...make(), id: this.next++ } as Expression;
    this.interned.set(hash, { key, expression, next: first });
    return expression;
  }
}

/** Expressions whose keys have the same hash are chained. */
interface Interned {
  readonly key: readonly number[];
  readonly expression: Expression;
  readonly next: Interned | undefined;
}

function hashOf(key: readonly number[]): number {
  let hash = key.length;
  for (const part of key) hash = Math.imul(hash ^ part, 0x9e3779b1) ^ (hash >>> 15);
  return hash;
}

function isEqual(left: readonly number[], right: readonly number[]): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}

function ids(parts: readonly Expression[]): number[] {
  return parts.map(({ id }) => id);
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const unbounded = { min: -Infinity, max: Infinity };

function isInteger(type: ScalarType): boolean {
  return type === 'i32' || type === 'u32';
}

function union(parts: readonly Expression[]): ReadonlySet<Variable> {
  let all: ReadonlySet<Variable> = none;
  for (const { free } of parts) {
    if (free === all || isWithin(free, all)) continue;
    all = isWithin(all, free) ? free : new Set([...all, ...free]);
  }
  return all;
}

function isWithin(part: ReadonlySet<Variable>, whole: ReadonlySet<Variable>): boolean {
  if (part.size > whole.size) return false;
  for (const variable of part) if (!whole.has(variable)) return false;
  return true;
}

function without(free: ReadonlySet<Variable>, bound: readonly Variable[]): ReadonlySet<Variable> {
  return bound.some((variable) => free.has(variable))
    ? new Set([...free].filter((variable) => !bound.includes(variable)))
    : free;
}

/** What a comparison of integers must be by their bounds, or a connective of constants. */
function settledComparison(op: string, args: readonly Expression[]): boolean | undefined {
  const [left, right] = args;
  if (left?.kind === 'constant' && op === '!') return left.value === 0;
  if (op === '&&' && args.some((arg) => arg.kind === 'constant' && arg.value === 0)) return false;
  if (op === '||' && args.some((arg) => arg.kind === 'constant' && arg.value !== 0)) return true;
  if (left?.type !== 'i32' || right?.type !== 'i32') return undefined;
  switch (op) {
    case '<':
      return settled(left.max < right.min, left.min >= right.max);
    case '<=':
      return settled(left.max <= right.min, left.min > right.max);
    case '>':
      return settled(left.min > right.max, left.max <= right.min);
    case '>=':
      return settled(left.min >= right.max, left.max < right.min);
    case '==':
      return settled(left.min === right.max && left.max === right.min, left.max < right.min || left.min > right.max);
    case '!=':
      return settled(left.max < right.min || left.min > right.max, left.min === right.max && left.max === right.min);
    default:
      return undefined;
  }
}

function settled(holds: boolean, fails: boolean): boolean | undefined {
  return holds ? true : fails ? false : undefined;
}
