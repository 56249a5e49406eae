// Kernel rules of arithmetic: Add, Sub, Mul, Div …
import { isFloat } from '../../ir/dtype.js';
import type { Node } from '../../ir/graph.js';
import type { Expression } from '../expression.js';
import { Formula } from './formula.js';
import { binary, unary, type KernelRule, type KernelRules, type RuleContext } from './kernelRule.js';

/** Arithmetic of bytes wraps around, which 32 bits do not. */
export function isWide(node: Node): boolean {
  return node.outputs.every(({ dtype }) => dtype !== 'int8' && dtype !== 'uint8');
}

const infix = (op: string): KernelRule => ({ ...binary((a, b, { e }) => e.call(op, [a, b])), supports: isWide });
const called = (name: string): KernelRule => unary((x, { e }) => new Formula(e).call(name, x));

/** Floats have the function, whole numbers are what it gives already. */
const wholeOf = (name: string): KernelRule => unary((x, { e }) => e.call(name, [x]));

/** All inputs combined from the left. */
function folded(combine: (f: Formula, left: Expression, right: Expression) => Expression): KernelRule['element'] {
  return (context, index) => {
    const f = new Formula(context.e);
    return context.node.inputs
      .map((_, port) => context.broadcast(port, index))
      .reduce((left, right) => combine(f, left, right));
  };
}

export const arithmeticRules: KernelRules = {
  Add: infix('+'),
  Sub: infix('-'),
  Mul: infix('*'),
  Div: infix('/'),
  Mod: binary((a, b, context) => remainder(a, b, context)),
  Pow: {
    element: power,
    supports: ({ inputs }) =>
      isFloat(inputs[0]!.dtype) ||
      (inputs[0]!.dtype !== 'int8' && wholeExponent(inputs[1]!.constant?.data) !== undefined),
  },
  Sum: { element: folded((f, left, right) => f.add(left, right)), supports: isWide },
  Mean: {
    element: (context, index) => {
      const f = new Formula(context.e);
      return f.divide(folded((g, left, right) => g.add(left, right))(context, index, 0), context.node.inputs.length);
    },
    supports: ({ outputs }) => isFloat(outputs[0]!.dtype),
  },
  Max: { element: folded((f, left, right) => f.max(left, right)), picks: true },
  Min: { element: folded((f, left, right) => f.min(left, right)), picks: true },
  Clip: {
    picks: true,
    element: (context, index) => {
      const f = new Formula(context.e);
      const limit = (port: number): Expression =>
        context.input(
          port,
          context.inputShape(port).map(() => context.e.int(0)),
        );
      const x = context.input(0, index);
      const raised = context.has(1) ? f.max(x, limit(1)) : x;
      return context.has(2) ? f.min(raised, limit(2)) : raised;
    },
  },
  Neg: { ...unary((x, { e }) => e.call('-', [x])), supports: isWide },
  Abs: { ...unary((x, { e }) => new Formula(e).abs(x)), supports: isWide },
  Sign: unary((x, { e }) => (x.type === 'u32' ? new Formula(e).min(x, 1) : e.call('sign', [x]))),
  Floor: wholeOf('floor'),
  Ceil: wholeOf('ceil'),
  // WGSL's round takes halves to the even neighbour, as ONNX does.
  Round: wholeOf('round'),
  Reciprocal: unary((x, { e }) => new Formula(e).divide(1, x)),
  Exp: called('exp'),
  Log: called('log'),
  Sqrt: called('sqrt'),
  Sin: called('sine'),
  Cos: called('cosine'),
  Tan: called('tangent'),
  Asin: called('arcSine'),
  Acos: called('arcCosine'),
  Atan: called('arcTangent'),
  Sinh: called('hyperbolicSine'),
  Cosh: called('hyperbolicCosine'),
  Asinh: called('areaSine'),
  Acosh: called('areaCosine'),
  Atanh: called('areaTangent'),
  Erf: called('errorFunction'),
};

function remainder(a: Expression, b: Expression, context: RuleContext): Expression {
  const { e } = context;
  if (a.type === 'f32' || a.type === 'f16') return new Formula(e).call('floatRemainder', a, b);
  return a.type === 'u32' || context.number('fmod', 0) ? e.call('%', [a, b]) : e.call('floorRemainder', [a, b]);
}

/** Powers that products say better, above all of negative bases. */
const mostFactors = 8;

function power(context: RuleContext, index: readonly Expression[]): Expression {
  const f = new Formula(context.e);
  const x = context.broadcast(0, index);
  const given = context.constants(1);
  const exponent = given && new Set(given).size === 1 ? given[0]! : undefined;
  if (exponent === 0) return context.constant(1);
  if (exponent === 0.5) return f.call('sqrt', x);
  if (exponent === -0.5) return f.call('inverseSqrt', x);
  if (exponent === -1) return f.divide(1, x);
  if (exponent === -2) return f.divide(1, f.square(x));
  if (exponent !== undefined && Number.isInteger(exponent) && exponent > 0 && exponent <= mostFactors)
    return product(f, x, exponent);
  return f.call('power', x, context.broadcast(1, index));
}

/** xⁿ by repeated squaring. */
function product(f: Formula, x: Expression, count: number): Expression {
  if (count === 1) return x;
  const half = product(f, x, Math.floor(count / 2));
  return count % 2 === 0 ? f.square(half) : f.multiply(f.square(half), x);
}

/** A constant exponent of integer bases that needs no rounding. */
function wholeExponent(data: ArrayLike<number | bigint> | undefined): number | undefined {
  if (!data || data.length === 0) return undefined;
  const first = Number(data[0]);
  const same = Array.from(data, Number).every((value) => value === first);
  return same && Number.isInteger(first) && first >= 0 && first <= mostFactors ? first : undefined;
}
