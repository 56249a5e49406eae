// Evaluates expressions as WGSL would: integer division and remainder cut towards zero.
import type { Value } from '../../../engine/ir/graph.js';
import type { Call, Expression, Reduce, Variable } from '../../../engine/kernels/expression.js';

export type Bindings = ReadonlyMap<Variable, number>;
export type LoadElement = (source: Value, index: number) => number;

const noMemory: LoadElement = () => {
  throw new Error('the expression reads memory, and none was given');
};

const functions: Readonly<Record<string, (a: number, b: number, c: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '||': (a, b) => Number(a !== 0 || b !== 0),
  '!': (a) => Number(a === 0),
  clamp: (x, low, high) => Math.min(Math.max(x, low), high),
};

/** The value of an expression where its free variables are bound. */
export function evaluateExpression(expression: Expression, bindings: Bindings, load: LoadElement = noMemory): number {
  const at = (part: Expression): number => evaluateExpression(part, bindings, load);
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'variable':
      return bindings.get(expression)!;
    case 'affine':
      return expression.terms.reduce((sum, [atom, factor]) => sum + factor * at(atom), expression.constant);
    case 'call':
      return evaluateCall(expression, expression.args.map(at));
    case 'select':
      return at(expression.condition) ? at(expression.yes) : at(expression.no);
    case 'load':
      return load(expression.source, at(expression.index));
    case 'reduce':
      return evaluateReduce(expression, expression.variables, bindings, load);
    case 'fold': {
      let accumulator = at(expression.initial);
      for (let step = 0; step <= expression.variable.max; step++) {
        const inner = new Map(bindings).set(expression.variable, step).set(expression.accumulator, accumulator);
        accumulator = evaluateExpression(expression.body, inner, load);
      }
      return accumulator;
    }
  }
}

function evaluateCall({ op, type }: Call, args: readonly number[]): number {
  const [a, b, c] = args as [number, number, number];
  if (op === '/') return type === 'i32' ? Math.trunc(a / b) : a / b;
  if (op === '%') return a % b;
  if (op === '-' && args.length === 1) return -a;
  const known = functions[op];
  if (!known) throw new Error(`no meaning is given to '${op}'`);
  return known(a, b, c);
}

function evaluateReduce(
  { combiner, body }: Reduce,
  [first, ...rest]: readonly Variable[],
  bindings: Bindings,
  load: LoadElement,
): number {
  if (!first) return evaluateExpression(body, bindings, load);
  const values = Array.from({ length: first.max + 1 }, (_, step) =>
    evaluateReduce({ combiner, body } as Reduce, rest, new Map(bindings).set(first, step), load),
  );
  switch (combiner) {
    case 'sum':
      return values.reduce((left, right) => left + right, 0);
    case 'product':
      return values.reduce((left, right) => left * right, 1);
    case 'max':
      return Math.max(...values);
    case 'min':
      return Math.min(...values);
    case 'any':
      return Number(values.some((value) => value !== 0));
    case 'all':
      return Number(values.every((value) => value !== 0));
  }
}
