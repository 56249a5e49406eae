// Statements made of expressions: run as JavaScript, they must give what the expressions mean; what repeats is computed once, as far out as it may.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Value } from '../../../engine/ir/graph.js';
import type { Expression, Variable } from '../../../engine/kernels/expression.js';
import { Expressions } from '../../../engine/kernels/expressions.js';
import { ShaderText } from '../../../engine/kernels/shaderText.js';
import { evaluateExpression } from './evaluateExpression.js';

const memory = Array.from({ length: 4096 }, (_, index) => ((index * 7919) % 101) - 50);
const source = new Value('x', { dtype: 'int32', shape: [memory.length] });

/** The statements and result of one expression of `i`, as JavaScript: what WGSL says of integers is the same there. */
function compiled(text: ShaderText, result: string): (i: number) => number {
  const offsets = text.offsets.values.map((value, index) => `const offset_${index} = ${value};`).join('\n');
  const body = text
    .body()
    .replace(/\b(let|var) (\w+): i32 = (.*?);/g, '$1 $2 = ($3) | 0;')
    .replace(/\b(let|var) (\w+): \w+/g, '$1 $2')
    .replace(/\bi32\(/g, 'Math.trunc(');
  const select = 'const select = (no, yes, condition) => (condition ? yes : no);';
  const clamp = 'const clamp = (x, low, high) => Math.min(Math.max(x, low), high);';
  const limits = 'const { min, max } = Math;';
  // Statements of our own, in a test.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const run = new Function('i', 'x', [select, clamp, limits, offsets, body, `return ${result};`].join('\n')) as (
    i: number,
    x: readonly number[],
  ) => number;
  return (i) => run(i, memory);
}

function written(expression: Expression, i: Variable): { readonly text: ShaderText; readonly result: string } {
  const text = new ShaderText((_, index) => `x[${index}]`);
  text.bind(i, 'i');
  return { text, result: text.text(expression) };
}

type Tree =
  | { readonly op: 'i' | 'k' }
  | { readonly op: 'constant'; readonly value: number }
  | { readonly op: 'add' | 'less'; readonly left: Tree; readonly right: Tree }
  | { readonly op: 'scale' | 'divide' | 'remainder'; readonly of: Tree; readonly by: number }
  | { readonly op: 'load' | 'sum' | 'largest' | 'fold'; readonly of: Tree }
  | { readonly op: 'select'; readonly condition: Tree; readonly yes: Tree; readonly no: Tree };

const trees = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ op: fc.constantFrom('i' as const, 'k' as const) }),
    fc.record({ op: fc.constant('constant' as const), value: fc.integer({ min: -400, max: 400 }) }),
    fc.record({ op: fc.constantFrom('add' as const, 'less' as const), left: tie('tree'), right: tie('tree') }),
    fc.record({
      op: fc.constantFrom('scale' as const, 'divide' as const, 'remainder' as const),
      of: tie('tree'),
      by: fc.integer({ min: 1, max: 9 }),
    }),
    fc.record({
      op: fc.constantFrom('load' as const, 'sum' as const, 'largest' as const, 'fold' as const),
      of: tie('tree'),
    }),
    fc.record({ op: fc.constant('select' as const), condition: tie('tree'), yes: tie('tree'), no: tie('tree') }),
  ),
})).tree;

/** An integer expression of i and of the innermost loop's k. */
function build(e: Expressions, tree: Tree, i: Expression, k: Expression): Expression {
  const of = (part: Tree, inner = k): Expression => build(e, part, i, inner);
  switch (tree.op) {
    case 'i':
      return i;
    case 'k':
      return k;
    case 'constant':
      return e.int(tree.value);
    case 'add':
      return e.add(of(tree.left), of(tree.right));
    case 'less':
      return e.select(e.call('<', [of(tree.left), of(tree.right)]), e.int(1), e.int(0));
    case 'scale':
      return e.scale(e.remainder(of(tree.of), 50), tree.by);
    case 'divide':
    case 'remainder':
      return e[tree.op](of(tree.of), tree.by);
    case 'load':
      // Index arithmetic must be bounded, so that nothing in it overflows.
      return e.clamp(e.load(source, 'i32', e.clamp(of(tree.of), 0, memory.length - 1)), -60, 60);
    case 'sum':
      return e.reduce('sum', [3], ([inner]) => e.remainder(of(tree.of, inner), 1000));
    case 'largest':
      return e.reduce('max', [2, 2], ([a, b]) => e.clamp(of(tree.of, e.add(e.scale(a!, 2), b!)), -500, 500));
    case 'fold':
      return e.fold(i, 3, (accumulator, inner) => e.add(e.remainder(accumulator, 97), of(tree.of, inner)));
    case 'select':
      return e.select(e.call('<', [of(tree.condition), e.int(2)]), of(tree.yes), of(tree.no));
  }
}

describe('statements of an expression', () => {
  it('give what it means, whatever is hoisted, shared or put into branches', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const e = new Expressions();
        const i = e.variable(6, 'i');
        const expression = build(e, tree, i, e.int(1));
        const { text, result } = written(expression, i);
        const run = compiled(text, result);
        for (let at = 0; at < 6; at++) {
          const meant = evaluateExpression(expression, new Map([[i, at]]), (_, index) => memory[index]!);
          expect(run(at)).toBe((meant | 0) + 0);
        }
      }),
      { numRuns: 400 },
    );
  });

  const e = new Expressions();
  const i = e.variable(6, 'i');
  const load = (index: Expression): Expression => e.load(source, 'f32', index);
  const body = (expression: Expression): string[] => written(expression, i).text.body().split('\n');

  it('are made once where an expression occurs twice', () => {
    const square = e.call('*', [load(i), load(i)]);
    expect(body(e.call('+', [square, square])).filter((line) => line.includes('x['))).toHaveLength(1);
  });

  it('leave a loop that they do not depend on', () => {
    const sum = e.reduce('sum', [100], ([k]) => e.call('*', [load(e.add(i, 7)), load(e.add(k!, 9))]));
    const lines = body(sum);
    const loop = lines.findIndex((line) => line.includes('for ('));
    const loads = lines.flatMap((line, at) => (line.includes('x[') ? [at] : []));
    expect(loads).toHaveLength(2);
    expect(loads[0]).toBeLessThan(loop);
    expect(loads[1]).toBeGreaterThan(loop);
  });

  it('stay in a branch that may not run', () => {
    const dear = (start: number) => e.reduce('sum', [50], ([k]) => load(e.add(e.scale(k!, 2), start)));
    const lines = body(e.select(e.call('<', [load(i), e.float(0)]), dear(0), dear(1)));
    const branch = lines.findIndex((line) => line.includes('if ('));
    const loops = lines.flatMap((line, at) => (line.includes('for (') ? [at] : []));
    expect(loops).toHaveLength(2);
    for (const loop of loops) expect(loop).toBeGreaterThan(branch);
  });

  it('know in one branch nothing of what the other computed', () => {
    const dear = e.reduce('sum', [50], ([k]) => load(k!));
    const both = e.select(e.call('<', [load(i), e.float(0)]), dear, e.call('*', [dear, e.float(2)]));
    expect(body(both).filter((line) => line.includes('for ('))).toHaveLength(2);
  });
});
