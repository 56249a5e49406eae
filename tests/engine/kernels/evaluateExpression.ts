// Computes expressions on the CPU, every step rounded to its type: what kernels should give, without a GPU.
import type { Value } from '../../../engine/ir/graph.js';
import { float16ToNumber, numberToFloat16 } from '../../../engine/ir/tensor.js';
import type { Combiner, Expression, Reduce, ScalarType, Variable } from '../../../engine/kernels/expression.js';

/** The element of a tensor at a flat index; booleans are 0 and 1. */
export type ReadElement = (source: Value, index: number) => number;

export class ExpressionEvaluator {
  private readonly values = new Map<Variable, number>();
  private readonly known = new Map<Expression, Map<string, number>>();

  constructor(private readonly read: ReadElement) {}

  set(variable: Variable, value: number): void {
    this.values.set(variable, value);
  }

  evaluate(expression: Expression): number {
    switch (expression.kind) {
      case 'constant':
        return rounded(expression.type, expression.value);
      case 'variable':
        return this.values.get(expression)!;
      case 'affine':
        return expression.terms.reduce(
          (sum, [atom, coefficient]) => sum + this.evaluate(atom) * coefficient,
          expression.constant,
        );
      case 'call': {
        const args = expression.args.map((arg) => this.evaluate(arg));
        return rounded(expression.type, call(expression.op, args, expression.args[0]?.type ?? expression.type));
      }
      case 'select':
        return this.evaluate(this.evaluate(expression.condition) ? expression.yes : expression.no);
      case 'load':
        return rounded(expression.type, this.read(expression.source, this.evaluate(expression.index)));
      case 'reduce':
        return this.once(expression, () => this.reduce(expression, expression.variables, neutral(expression)));
      case 'fold':
        return this.once(expression, () => {
          let accumulator = this.evaluate(expression.initial);
          for (let at = 0; at <= expression.variable.max; at++) {
            this.set(expression.accumulator, accumulator);
            this.set(expression.variable, at);
            accumulator = this.evaluate(expression.body);
          }
          return accumulator;
        });
    }
  }

  /** Computes a reduction once for the same values of what it depends on. */
  private once(expression: Expression, compute: () => number): number {
    const key = [...expression.free].map((variable) => this.values.get(variable)).join();
    let results = this.known.get(expression);
    if (!results) this.known.set(expression, (results = new Map<string, number>()));
    let result = results.get(key);
    if (result === undefined) results.set(key, (result = compute()));
    return result;
  }

  private reduce(expression: Reduce, [first, ...rest]: readonly Variable[], start: number): number {
    if (!first) return rounded(expression.type, combine(expression.combiner, start, this.evaluate(expression.body)));
    let total = start;
    for (let at = 0; at <= first.max; at++) {
      this.set(first, at);
      total = this.reduce(expression, rest, total);
    }
    return total;
  }
}

const noMemory: ReadElement = () => {
  throw new Error('the expression reads memory, and none was given');
};

/** The value of an expression where its free variables are bound. */
export function evaluateExpression(
  expression: Expression,
  bindings: ReadonlyMap<Variable, number>,
  read: ReadElement = noMemory,
): number {
  const evaluator = new ExpressionEvaluator(read);
  for (const [variable, value] of bindings) evaluator.set(variable, value);
  return evaluator.evaluate(expression);
}

function neutral({ combiner, type }: Reduce): number {
  switch (combiner) {
    case 'max':
      return type === 'i32' ? -(2 ** 31) : type === 'u32' ? 0 : -Infinity;
    case 'min':
      return type === 'i32' ? 2 ** 31 - 1 : type === 'u32' ? 2 ** 32 - 1 : Infinity;
    case 'product':
    case 'all':
      return 1;
    case 'sum':
    case 'any':
      return 0;
  }
}

function combine(combiner: Combiner, left: number, right: number): number {
  switch (combiner) {
    case 'sum':
      return left + right;
    case 'product':
      return left * right;
    case 'max':
      return Math.max(left, right);
    case 'min':
      return Math.min(left, right);
    case 'any':
      return left || right;
    case 'all':
      return left && right;
  }
}

function rounded(type: ScalarType, value: number): number {
  switch (type) {
    case 'f32':
      return Math.fround(value);
    case 'f16':
      return float16ToNumber(numberToFloat16(value));
    case 'i32':
      return value | 0;
    case 'u32':
      return value >>> 0;
    case 'bool':
      return Number(Boolean(value));
  }
}

/** What WGSL's operators and functions, and those of `shaderFunctions`, mean. */
const functions: Readonly<Record<string, (x: number, y: number, z: number) => number>> = {
  '+': (x, y) => x + y,
  '*': (x, y) => x * y,
  '<': (x, y) => Number(x < y),
  '<=': (x, y) => Number(x <= y),
  '>': (x, y) => Number(x > y),
  '>=': (x, y) => Number(x >= y),
  '==': (x, y) => Number(x === y),
  '!=': (x, y) => Number(x !== y),
  '&&': (x, y) => x && y,
  '||': (x, y) => x || y,
  '!': (x) => Number(!x),
  '&': (x, y) => x & y,
  '<<': (x, y) => x << y,
  '>>': (x, y) => x >> y,
  '%': (x, y) => x % y,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round: halfToEven,
  sqrt: Math.sqrt,
  inverseSqrt: (x) => 1 / Math.sqrt(x),
  exp: Math.exp,
  log: Math.log,
  min: (x, y) => Math.min(x, y),
  max: (x, y) => Math.max(x, y),
  clamp: (x, low, high) => Math.min(Math.max(x, low), high),
  isFinite: (x) => Number(Number.isFinite(x)),
  isNan: (x) => Number(Number.isNaN(x)),
  isPositiveInfinity: (x) => Number(x === Infinity),
  isNegativeInfinity: (x) => Number(x === -Infinity),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  logOnePlus: Math.log1p,
  expMinusOne: Math.expm1,
  hyperbolicTangent: Math.tanh,
  hyperbolicSine: Math.sinh,
  hyperbolicCosine: Math.cosh,
  areaSine: Math.asinh,
  areaCosine: Math.acosh,
  areaTangent: Math.atanh,
  errorFunction,
  power: Math.pow,
  sine: Math.sin,
  cosine: Math.cos,
  tangent: Math.tan,
  arcSine: Math.asin,
  arcCosine: Math.acos,
  arcTangent: Math.atan,
  floatRemainder: (x, y) => x % y,
  floorRemainder: (x, y) => x - y * Math.floor(x / y),
  f32: (x) => x,
  f16: (x) => x,
  bool: (x) => Number(x !== 0),
};

function call(op: string, args: readonly number[], from: ScalarType): number {
  const [x = 0, y = 0, z = 0] = args;
  const integer = from === 'i32' || from === 'u32';
  if (op === '-') return args.length === 1 ? -x : x - y;
  if (op === '/') return integer ? Math.trunc(x / y) : x / y;
  if (op === '*' && integer) return Math.imul(x, y);
  if (op === 'i32' || op === 'u32') return from === 'f32' || from === 'f16' ? saturated(op, x) : x;
  const known = functions[op];
  if (!known) throw new RangeError(`evaluateExpression knows no function '${op}'`);
  return known(x, y, z);
}

/** WGSL's conversion of floats: toward zero, kept within the type. */
function saturated(type: 'i32' | 'u32', x: number): number {
  const [low, high] = type === 'i32' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
  return Number.isNaN(x) ? 0 : Math.min(Math.max(Math.trunc(x), low), high);
}

function halfToEven(x: number): number {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}

/** 2/√π · Σ (−1)ⁿ x^(2n+1) / (n!·(2n+1)); beyond 4 it is 1 in float32. */
function errorFunction(x: number): number {
  if (Math.abs(x) > 4) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 100; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
