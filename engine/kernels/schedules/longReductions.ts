// The reductions that a group's threads share, and the loops over what they combine.
import { extentOf, visitExpressions, type Expression, type Reduce, type Variable } from '../expression.js';
import type { Expressions } from '../expressions.js';

/** Shorter reductions are loops of a single thread. */
export const leastExtent = 16;

/** Reductions, nested ones too, whose only variable is the position; not those in branches, which may not be wanted. */
export function longReductionsOf(roots: readonly Expression[], position: Expression): Reduce[] {
  const found: Reduce[] = [];
  const seen = new Set<Expression>();
  const visit = (part: Expression): void => {
    if (seen.has(part)) return;
    seen.add(part);
    if (part.kind === 'select') {
      visit(part.condition);
      return;
    }
    if (part.kind === 'reduce' && extentOf(part) >= leastExtent && [...part.free].every((free) => free === position))
      found.push(part);
    partsInside(part).forEach(visit);
  };
  roots.forEach(visit);
  return found;
}

function partsInside(part: Expression): readonly Expression[] {
  switch (part.kind) {
    case 'affine':
      return part.terms.map(([atom]) => atom);
    case 'call':
      return part.args;
    case 'load':
      return [part.index];
    case 'reduce':
    case 'fold':
      return part.kind === 'reduce' ? [part.body] : [part.initial, part.body];
    default:
      return [];
  }
}

/** A reduction as nested loops; with one variable the threads of a row may share it. */
export interface ReductionLoop {
  readonly reduce: Reduce;
  readonly variables: readonly Variable[];
  readonly body: Expression;
}

/**
 * Loops for reductions: variables that lie side by side in memory are one, and all are where the outermost loop would be shorter than `least`. Reductions over the same extents share their variables.
 */
export function loopsOf(reduces: readonly Reduce[], e: Expressions, least: number): ReductionLoop[][] {
  const nests = new Map<string, ReductionLoop[]>();
  for (const reduce of reduces) {
    const loop = loopOf(reduce, e, least);
    const key = loop.variables.map(({ max }) => max).join();
    const nest = nests.get(key);
    if (nest) nest.push(overVariables(loop, nest[0]!.variables, e));
    else nests.set(key, [loop]);
  }
  return [...nests.values()];
}

function loopOf(reduce: Reduce, e: Expressions, least: number): ReductionLoop {
  const loop = coalesced(reduce, e);
  const { variables, body } = loop;
  return variables.length > 1 && variables[0]!.max + 1 < least ? { reduce, ...asOne(variables, 0, body, e) } : loop;
}

const knownLoops = new WeakMap<Reduce, ReductionLoop>();

/** Neighbouring variables become one where that leaves no division behind. */
function coalesced(reduce: Reduce, e: Expressions): ReductionLoop {
  const known = knownLoops.get(reduce);
  if (known) return known;
  let { variables, body }: Pick<ReductionLoop, 'variables' | 'body'> = reduce;
  for (let axis = variables.length - 2; axis >= 0; axis--) {
    const pair = asOne(variables.slice(0, axis + 2), axis, body, e);
    if (divisions(pair.body) > divisions(body)) continue;
    variables = [...pair.variables, ...variables.slice(axis + 2)];
    body = pair.body;
  }
  const loop = { reduce, variables, body };
  knownLoops.set(reduce, loop);
  return loop;
}

/** The variables from an axis on as one. */
function asOne(
  variables: readonly Variable[],
  from: number,
  body: Expression,
  e: Expressions,
): Pick<ReductionLoop, 'variables' | 'body'> {
  const gone = variables.slice(from);
  const extents = gone.map(({ max }) => max + 1);
  const one = e.variable(
    extents.reduce((product, extent) => product * extent, 1),
    'k',
  );
  const index = e.unflatten(one, extents);
  const replaced = e.substitute(body, new Map(gone.map((variable, axis) => [variable, index[axis]!])));
  return { variables: [...variables.slice(0, from), one], body: replaced };
}

function overVariables(loop: ReductionLoop, variables: readonly Variable[], e: Expressions): ReductionLoop {
  const renamed = new Map<Variable, Expression>(loop.variables.map((variable, axis) => [variable, variables[axis]!]));
  return { reduce: loop.reduce, variables, body: e.substitute(loop.body, renamed) };
}

function divisions(expression: Expression): number {
  let count = 0;
  visitExpressions([expression], (part) => {
    if (part.kind === 'call' && part.type === 'i32' && (part.op === '/' || part.op === '%')) count++;
  });
  return count;
}

/** The value of an index expression, `undefined` where it depends on data. */
export function evaluateIndex(index: Expression, values: ReadonlyMap<Variable, number>): number | undefined {
  switch (index.kind) {
    case 'constant':
      return index.value;
    case 'variable':
      return values.get(index) ?? 0;
    case 'affine': {
      let total = index.constant;
      for (const [atom, coefficient] of index.terms) {
        const value = evaluateIndex(atom, values);
        if (value === undefined) return undefined;
        total += value * coefficient;
      }
      return total;
    }
    case 'call':
      return evaluateCall(
        index.op,
        index.args.map((arg) => evaluateIndex(arg, values)),
      );
    default:
      return undefined;
  }
}

function evaluateCall(op: string, args: readonly (number | undefined)[]): number | undefined {
  if (args.includes(undefined)) return undefined;
  const [a, b, c] = args as number[];
  switch (op) {
    case '/':
      return Math.floor(a! / b!);
    case '%':
      return a! - b! * Math.floor(a! / b!);
    case 'clamp':
      return Math.min(Math.max(a!, b!), c!);
    default:
      return undefined;
  }
}

/** How many loads of the expressions move by one element when the variable does. */
export function adjacentLoads(roots: readonly Expression[], variable: Expression): number {
  if (variable.kind !== 'variable') return 0;
  let count = 0;
  visitExpressions(roots, (part) => {
    if (part.kind !== 'load' || !part.index.free.has(variable)) return;
    const start = evaluateIndex(part.index, new Map([[variable, 0]]));
    const next = evaluateIndex(part.index, new Map([[variable, 1]]));
    if (start !== undefined && next !== undefined && Math.abs(next - start) === 1) count++;
  });
  return count;
}
