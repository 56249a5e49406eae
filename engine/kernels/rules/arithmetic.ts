// Kernel rules of arithmetic: Add, Sub, Mul, Div …
import { binary, unary, type KernelRules } from './kernelRule.js';

const infix = (op: string) => binary((a, b, { e }) => e.call(op, [a, b]));
const called = (name: string) => unary((x, { e }) => e.call(name, [x]));

export const arithmeticRules: KernelRules = {
  Add: infix('+'),
  Sub: infix('-'),
  Mul: infix('*'),
  Div: infix('/'),
  Neg: unary((x, { e }) => e.call('-', [x])),
  Exp: called('exp'),
  Log: called('log'),
  Sqrt: called('sqrt'),
  Abs: called('abs'),
  Floor: called('floor'),
  Ceil: called('ceil'),
};
