// Index arithmetic: whatever is built and simplified must mean what was asked for.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../../engine/ir/shape.js';
import type { Expression, Variable } from '../../../engine/kernels/expression.js';
import { Expressions } from '../../../engine/kernels/expressions.js';
import { evaluateExpression } from './evaluateExpression.js';

/** Index arithmetic as data. */
type Arithmetic =
  | { readonly op: 'variable'; readonly which: number }
  | { readonly op: 'constant'; readonly value: number }
  | { readonly op: 'add' | 'subtract'; readonly left: Arithmetic; readonly right: Arithmetic }
  | { readonly op: 'scale' | 'divide' | 'remainder'; readonly source: Arithmetic; readonly by: number }
  | { readonly op: 'clamp'; readonly source: Arithmetic; readonly low: number; readonly high: number };

const extents = [1, 2, 3, 5, 6, 12];

const arithmetic = fc.letrec<{ tree: Arithmetic }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.record({ op: fc.constant('variable' as const), which: fc.nat(extents.length - 1) }),
    fc.record({ op: fc.constant('constant' as const), value: fc.integer({ min: -30, max: 30 }) }),
    fc.record({ op: fc.constantFrom('add' as const, 'subtract' as const), left: tie('tree'), right: tie('tree') }),
    fc.record({ op: fc.constant('scale' as const), source: tie('tree'), by: fc.integer({ min: -7, max: 12 }) }),
    fc.record({
      op: fc.constantFrom('divide' as const, 'remainder' as const),
      source: tie('tree'),
      by: fc.integer({ min: 1, max: 14 }),
    }),
    fc.record({
      op: fc.constant('clamp' as const),
      source: tie('tree'),
      low: fc.integer({ min: -9, max: 0 }),
      high: fc.integer({ min: 0, max: 9 }),
    }),
  ),
})).tree;

function build(e: Expressions, variables: readonly Variable[], tree: Arithmetic): Expression {
  const of = (part: Arithmetic): Expression => build(e, variables, part);
  switch (tree.op) {
    case 'variable':
      return variables[tree.which]!;
    case 'constant':
      return e.int(tree.value);
    case 'add':
      return e.add(of(tree.left), of(tree.right));
    case 'subtract':
      return e.subtract(of(tree.left), of(tree.right));
    case 'clamp':
      return e.clamp(of(tree.source), tree.low, tree.high);
    case 'scale':
    case 'divide':
    case 'remainder':
      return e[tree.op](of(tree.source), tree.by);
  }
}

function meaning(tree: Arithmetic, values: readonly number[]): number {
  const of = (part: Arithmetic): number => meaning(part, values);
  switch (tree.op) {
    case 'variable':
      return values[tree.which]!;
    case 'constant':
      return tree.value;
    case 'add':
      return of(tree.left) + of(tree.right);
    case 'subtract':
      return of(tree.left) - of(tree.right);
    case 'clamp':
      return Math.min(Math.max(of(tree.source), tree.low), tree.high);
    case 'scale':
      return of(tree.source) * tree.by;
    case 'divide':
      return Math.floor(of(tree.source) / tree.by);
    case 'remainder':
      return of(tree.source) - tree.by * Math.floor(of(tree.source) / tree.by);
  }
}

describe('index arithmetic', () => {
  const point = fc.tuple(...extents.map((extent) => fc.nat(extent - 1)));

  it('means what was asked for, and stays within its bounds, whatever is simplified', () => {
    fc.assert(
      fc.property(arithmetic, fc.array(point, { minLength: 1, maxLength: 12 }), (tree, points) => {
        const e = new Expressions();
        const variables = extents.map((extent) => e.variable(extent));
        const built = build(e, variables, tree);
        for (const values of points) {
          const bindings = new Map(variables.map((variable, index) => [variable, values[index]!]));
          const found = evaluateExpression(built, bindings);
          // −0 is no integer.
          expect(found + 0).toBe(meaning(tree, values) + 0);
          expect(found).toBeGreaterThanOrEqual(built.min);
          expect(found).toBeLessThanOrEqual(built.max);
        }
        for (const variable of built.free) expect(variables).toContain(variable);
      }),
      { numRuns: 1500 },
    );
  });

  it('is one object where it is equal', () => {
    const e = new Expressions();
    const [i, j] = [e.variable(4), e.variable(5)];
    expect(e.add(e.scale(i, 5), j)).toBe(e.add(j, e.add(e.scale(i, 4), i)));
    expect(e.call('*', [i, j])).toBe(e.call('*', [i, j]));
    expect(e.subtract(e.add(i, j), j)).toBe(i);
  });

  it('finds quotients and remainders of what is known to be divisible', () => {
    const e = new Expressions();
    const [i, j] = [e.variable(4), e.variable(5)];
    const flat = e.add(e.scale(i, 5), j);
    expect(e.divide(flat, 5)).toBe(i);
    expect(e.remainder(flat, 5)).toBe(j);
    expect(e.divide(e.divide(flat, 2), 3)).toBe(e.divide(flat, 6));
    expect(e.remainder(e.remainder(flat, 6), 3)).toBe(e.remainder(flat, 3));
    expect(e.divide(e.scale(j, 4), 20)).toBe(e.int(0));
  });
});

/** A way to look at a tensor in another shape: where each element comes from. */
interface View {
  readonly shape: readonly number[];
  /** The index in the shape before, as expressions and as numbers. */
  readonly source: (e: Expressions, index: readonly Expression[]) => Expression[];
  readonly numbers: (index: readonly number[]) => number[];
}

const positionOf = (index: readonly number[], shape: readonly number[]): number =>
  index.reduce((flat, at, axis) => flat * shape[axis]! + at, 0);

function indexAt(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

function reshaped(before: readonly number[], shape: readonly number[]): View {
  return {
    shape,
    source: (e, index) => e.unflatten(e.flatten(index, shape), before),
    numbers: (index) => indexAt(positionOf(index, shape), before),
  };
}

function transposed(before: readonly number[], order: readonly number[]): View {
  return {
    shape: order.map((axis) => before[axis]!),
    source: (_, index) => before.map((_, axis) => index[order.indexOf(axis)]!),
    numbers: (index) => before.map((_, axis) => index[order.indexOf(axis)]!),
  };
}

function sliced(before: readonly number[], axis: number, start: number, step: number, count: number): View {
  return {
    shape: before.map((size, at) => (at === axis ? count : size)),
    source: (e, index) => index.map((part, at) => (at === axis ? e.add(e.scale(part, step), start) : part)),
    numbers: (index) => index.map((part, at) => (at === axis ? part * step + start : part)),
  };
}

function broadcast(before: readonly number[], axis: number, size: number): View {
  return {
    shape: [...before.slice(0, axis), size, ...before.slice(axis)],
    source: (_, index) => index.filter((_, at) => at !== axis),
    numbers: (index) => index.filter((_, at) => at !== axis),
  };
}

/** All ways to write a number as a product of at most four factors. */
function factorings(count: number, axes = 4): number[][] {
  if (axes === 1) return [[count]];
  const divisors = Array.from({ length: count }, (_, index) => index + 1).filter((divisor) => count % divisor === 0);
  return [[count], ...divisors.flatMap((first) => factorings(count / first, axes - 1).map((rest) => [first, ...rest]))];
}

/** The next view, chosen by numbers in [0, 1). */
function viewFrom(before: readonly number[], [kind, a, b, c]: readonly [number, number, number, number]): View {
  const pick = <T>(list: readonly T[], at: number): T => list[Math.floor(at * list.length)]!;
  const axis = Math.floor(a * before.length);
  if (kind < 0.4) return reshaped(before, pick(factorings(sizeOf(before)), a));
  if (kind < 0.65) {
    const order = before.map((_, at) => at);
    for (const at of [b, c]) order.push(...order.splice(Math.floor(at * order.length), 1));
    return transposed(before, order);
  }
  if (kind < 0.85) {
    const size = before[axis]!;
    const step = pick([1, 2, -1, -2, 3], b);
    const count = 1 + Math.floor(c * (Math.ceil(size / Math.abs(step)) - 1));
    return sliced(before, axis, step > 0 ? 0 : size - 1, step, count);
  }
  return sizeOf(before) > 120
    ? transposed(
        before,
        before.map((_, at) => at),
      )
    : broadcast(before, axis, pick([1, 2, 3], b));
}

describe('views of a tensor', () => {
  const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const chain = fc.array(fc.tuple(fraction, fraction, fraction, fraction), { minLength: 1, maxLength: 7 });
  const first = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });

  it('read the right element of any chain of reshapes, transposes, slices and broadcasts', () => {
    fc.assert(
      fc.property(first, chain, (shape, choices) => {
        const views: View[] = [];
        for (const choice of choices) views.push(viewFrom(views.at(-1)?.shape ?? shape, choice));
        const last = views.at(-1)!.shape;
        const e = new Expressions();
        const position = e.variable(sizeOf(last));
        let index = e.unflatten(position, last);
        for (const view of [...views].reverse()) index = view.source(e, index);
        const flat = e.flatten(index, shape);
        for (let at = 0; at < sizeOf(last); at++) {
          const expected = [...views].reverse().reduce((inner, view) => view.numbers(inner), indexAt(at, last));
          const found = evaluateExpression(flat, new Map([[position, at]]));
          expect(found + 0).toBe(positionOf(expected, shape));
          expect(found).toBeGreaterThanOrEqual(flat.min);
          expect(found).toBeLessThanOrEqual(flat.max);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('vanish where they undo each other', () => {
    const e = new Expressions();
    const position = e.variable(2 * 3 * 4 * 5);
    const there = reshaped([2, 3, 4, 5], [6, 20]);
    const back = reshaped([6, 20], [2, 3, 4, 5]);
    const index = there.source(e, back.source(e, e.unflatten(position, [2, 3, 4, 5])));
    expect(e.flatten(index, [2, 3, 4, 5])).toBe(position);
    const turned = transposed([3, 2, 5, 4], [1, 0, 3, 2]);
    const turnedBack = transposed([2, 3, 4, 5], [1, 0, 3, 2]);
    const twice = turnedBack.source(e, turned.source(e, e.unflatten(position, [2, 3, 4, 5])));
    expect(e.flatten(twice, [2, 3, 4, 5])).toBe(position);
  });
});
