// About how much work an expression is, in units of one load from memory.
import { extentOf, visitExpressions, type Expression } from './expression.js';

const dear = new Set(
  (
    'exp log power sqrt inverseSqrt sigmoid softplus logOnePlus expMinusOne hyperbolicTangent hyperbolicSine ' +
    'hyperbolicCosine areaSine areaCosine areaTangent errorFunction sine cosine tangent arcSine arcCosine arcTangent'
  ).split(' '),
);
const arithmetic = 0.1;
const transcendental = 1;

/** Work to evaluate an expression once, equal parts counted once. */
export function costOf(root: Expression): number {
  let total = 0;
  visitExpressions([root], (part) => {
    switch (part.kind) {
      case 'constant':
      case 'variable':
        return true;
      case 'load':
        total += 1;
        return true;
      case 'affine':
        total += arithmetic * part.terms.length;
        return true;
      case 'select':
        total += arithmetic;
        return true;
      case 'call':
        total += dear.has(part.op) ? transcendental : arithmetic;
        return true;
      case 'reduce':
        total += extentOf(part) * (costOf(part.body) + arithmetic);
        return false;
      case 'fold':
        total += (part.variable.max + 1) * (costOf(part.body) + arithmetic) + costOf(part.initial);
        return false;
    }
  });
  return total;
}

/** Arithmetic operations of one evaluation, for profiles. */
export function operationsOf(root: Expression): number {
  let total = 0;
  visitExpressions([root], (part) => {
    if (part.kind === 'call' && part.type !== 'i32') total++;
    if (part.kind === 'reduce') total += extentOf(part) * (operationsOf(part.body) + 1);
    else if (part.kind === 'fold') total += (part.variable.max + 1) * operationsOf(part.body);
    else return true;
    return false;
  });
  return total;
}

/** Distinct parts of an expression: a bound on the length of its code. */
export function sizeOfExpression(root: Expression): number {
  let total = 0;
  visitExpressions([root], () => {
    total++;
  });
  return total;
}
