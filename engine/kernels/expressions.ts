// Builds and interns expressions, simplifying index arithmetic as it goes: reshapes, transposes and slices vanish in it.
import type { Value } from '../ir/graph.js';
import type { Combiner, Constant, Expression, Fold, Load, Reduce, ScalarType, Variable } from './expression.js';

type Term = readonly [Expression, number];

const none: ReadonlySet<Variable> = new Set();
const comparisons = new Set(['<', '<=', '>', '>=', '==', '!=', '&&', '||', '!']);

/** Makes the expressions of one compilation. */
export class Expressions {
  private readonly interned = new Map<string, Expression>();
  private next = 0;

  constant(type: ScalarType, value: number): Constant {
    const bounds = type === 'i32' || type === 'u32' ? { min: value, max: value } : unbounded;
    return this.intern(`c${type}${Object.is(value, -0) ? '-0' : value}`, {
      kind: 'constant',
      type,
      value,
      ...bounds,
      free: none,
    }) as Constant;
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
    const made: Variable = { kind: 'variable', id, type, name: `${prefix}${id}`, min, max, free };
    free.add(made);
    return made;
  }

  call(op: string, args: readonly Expression[], type?: ScalarType): Expression {
    const result = type ?? (comparisons.has(op) ? 'bool' : args[0]!.type);
    return this.intern(`f${result}${op}(${ids(args)})`, {
      kind: 'call',
      type: result,
      op,
      args,
      ...unbounded,
      free: union(args),
    });
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
    return this.intern(`l${type}${this.sourceId(source)}[${index.id}]`, {
      kind: 'load',
      type,
      source,
      index,
      ...bounds,
      free: index.free,
    }) as Load;
  }

  select(condition: Expression, yes: Expression, no: Expression): Expression {
    if (condition.kind === 'constant') return condition.value ? yes : no;
    if (yes === no) return yes;
    return this.intern(`s${ids([condition, yes, no])}`, {
      kind: 'select',
      type: yes.type,
      condition,
      yes,
      no,
      min: Math.min(yes.min, no.min),
      max: Math.max(yes.max, no.max),
      free: union([condition, yes, no]),
    });
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
    if (variables.length === 0) return inner;
    const bound = new Set(variables);
    return this.intern(`r${combiner}${ids(variables)}:${inner.id}`, {
      kind: 'reduce',
      type: inner.type,
      combiner,
      variables,
      body: inner,
      ...unbounded,
      free: new Set([...inner.free].filter((variable) => !bound.has(variable))),
    } satisfies Omit<Reduce, 'id'>);
  }

  /** See {@link Fold}. */
  fold(
    initial: Expression,
    extent: number,
    body: (accumulator: Variable, variable: Variable) => Expression,
  ): Expression {
    const accumulator = this.unknown(initial.type, 'acc');
    const variable = this.variable(extent);
    const inner = body(accumulator, variable);
    return this.intern(`o${accumulator.id}`, {
      kind: 'fold',
      type: initial.type,
      accumulator,
      initial,
      variable,
      body: inner,
      ...unbounded,
      free: new Set([...initial.free, ...inner.free].filter((free) => free !== accumulator && free !== variable)),
    } satisfies Omit<Fold, 'id'>);
  }

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
    const { quotient, rest } = this.split(source, divisor);
    return this.add(quotient, this.floorOfRest(rest, divisor));
  }

  /** source − divisor · ⌊source / divisor⌋. */
  remainder(source: Expression, divisor: number): Expression {
    if (divisor === 1) return this.int(0);
    const { rest } = this.split(source, divisor);
    const shift = Math.floor(rest.min / divisor);
    if (Number.isFinite(shift) && Math.floor(rest.max / divisor) === shift) return this.add(rest, -shift * divisor);
    const positive = rest.min < 0 && Number.isFinite(shift) ? this.add(rest, -shift * divisor) : rest;
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

  /** The same expression with variables replaced. */
  substitute(expression: Expression, replacements: ReadonlyMap<Variable, Expression>): Expression {
    const memo = new Map<Expression, Expression>();
    const rebuild = (part: Expression): Expression => {
      if (![...part.free].some((variable) => replacements.has(variable))) return part;
      const known = memo.get(part);
      if (known) return known;
      const made = this.rebuild(part, rebuild, replacements);
      memo.set(part, made);
      return made;
    };
    return rebuild(expression);
  }

  private rebuild(
    part: Expression,
    go: (part: Expression) => Expression,
    replacements: ReadonlyMap<Variable, Expression>,
  ): Expression {
    switch (part.kind) {
      case 'constant':
        return part;
      case 'variable':
        return replacements.get(part)!;
      case 'affine':
        return this.sum(
          part.terms.map(([atom, coefficient]): Term => [go(atom), coefficient]),
          part.constant,
        );
      case 'call': {
        const args = part.args.map(go);
        const divisor = args[1];
        if (part.type === 'i32' && divisor?.kind === 'constant' && Number.isFinite(part.max)) {
          if (part.op === '/') return this.divide(args[0]!, divisor.value);
          if (part.op === '%') return this.remainder(args[0]!, divisor.value);
        }
        return Number.isFinite(part.max)
          ? this.bounded(part.op, args, part.min, part.max)
          : this.call(part.op, args, part.type);
      }
      case 'select':
        return this.select(go(part.condition), go(part.yes), go(part.no));
      case 'load':
        return this.load(part.source, part.type, go(part.index));
      case 'reduce': {
        const inner = go(part.body);
        const bound = new Set(part.variables);
        return this.intern(`r${part.combiner}${ids(part.variables)}:${inner.id}`, {
          ...part,
          body: inner,
          free: new Set([...inner.free].filter((variable) => !bound.has(variable))),
        });
      }
      case 'fold': {
        const initial = go(part.initial);
        const inner = go(part.body);
        return this.intern(`o${part.accumulator.id}:${initial.id}:${inner.id}`, {
          ...part,
          initial,
          body: inner,
          free: new Set(
            [...initial.free, ...inner.free].filter((free) => free !== part.accumulator && free !== part.variable),
          ),
        });
      }
    }
  }

  /** A call whose integer result lies within known bounds. */
  bounded(op: string, args: readonly Expression[], min: number, max: number): Expression {
    return this.intern(`b${op}(${ids(args)})${min},${max}`, {
      kind: 'call',
      type: 'i32',
      op,
      args,
      min,
      max,
      free: union(args),
    });
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
    const common = commonFactor(rest, divisor);
    if (common > 1) return this.divide(this.divide(rest, common), divisor / common);
    return this.bounded('/', [rest, this.int(divisor)], low, high);
  }

  private sum(parts: readonly Term[], constant: number): Expression {
    const coefficients = new Map<Expression, number>();
    let offset = constant;
    for (const [part, factor] of parts) {
      const { terms, constant: inner } = asAffine(part);
      offset += inner * factor;
      for (const [atom, coefficient] of terms)
        coefficients.set(atom, (coefficients.get(atom) ?? 0) + coefficient * factor);
    }
    this.recombine(coefficients);
    const terms = [...coefficients].filter(([, coefficient]) => coefficient !== 0).sort(([a], [b]) => a.id - b.id);
    if (terms.length === 0) return this.int(offset);
    if (terms.length === 1 && terms[0]![1] === 1 && offset === 0) return terms[0]![0];
    let min = offset;
    let max = offset;
    for (const [atom, coefficient] of terms) {
      min += coefficient > 0 ? coefficient * atom.min : coefficient * atom.max;
      max += coefficient > 0 ? coefficient * atom.max : coefficient * atom.min;
    }
    return this.intern(`a${terms.map(([atom, coefficient]) => `${coefficient}*${atom.id}`).join('+')}+${offset}`, {
      kind: 'affine',
      type: 'i32',
      terms,
      constant: offset,
      min,
      max,
      free: union(terms.map(([atom]) => atom)),
    });
  }

  /** k · (a mod c) + kc · ⌊a / c⌋ = k · a: what reshaping there and back leaves. */
  private recombine(coefficients: Map<Expression, number>): void {
    for (let changed = true; changed;) {
      changed = false;
      for (const [atom, coefficient] of [...coefficients]) {
        if (coefficient === 0 || atom.kind !== 'call' || atom.op !== '%' || atom.args[1]?.kind !== 'constant') continue;
        const divisor = atom.args[1].value;
        const source = atom.args[0]!;
        const { terms, constant } = asAffine(this.divide(source, divisor));
        const [term] = terms;
        if (terms.length !== 1 || constant !== 0 || term![1] !== 1) continue;
        if ((coefficients.get(term![0]) ?? 0) !== coefficient * divisor) continue;
        coefficients.delete(atom);
        coefficients.delete(term![0]);
        const inner = asAffine(source);
        if (inner.constant !== 0) {
          // Keeps the constant out of this map: put the pair back and stop.
          coefficients.set(atom, coefficient);
          coefficients.set(term![0], coefficient * divisor);
          continue;
        }
        for (const [part, factor] of inner.terms)
          coefficients.set(part, (coefficients.get(part) ?? 0) + factor * coefficient);
        changed = true;
        break;
      }
    }
  }

  private readonly sources = new Map<Value, number>();

  private sourceId(source: Value): number {
    let id = this.sources.get(source);
    if (id === undefined) this.sources.set(source, (id = this.sources.size));
    return id;
  }

  private intern(key: string, make: DistributiveOmit<Expression, 'id'>): Expression {
    let known = this.interned.get(key);
    if (!known) this.interned.set(key, (known = { ...make, id: this.next++ } as Expression));
    return known;
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const unbounded = { min: -Infinity, max: Infinity };

function isInteger(type: ScalarType): boolean {
  return type === 'i32' || type === 'u32';
}

function ids(parts: readonly Expression[]): string {
  return parts.map(({ id }) => id).join();
}

function union(parts: readonly Expression[]): ReadonlySet<Variable> {
  const sets = parts.map(({ free }) => free).filter(({ size }) => size > 0);
  if (sets.length === 0) return none;
  if (sets.every((set) => set === sets[0])) return sets[0]!;
  return new Set(sets.flatMap((set) => [...set]));
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
