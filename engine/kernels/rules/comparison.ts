// Kernel rules of comparisons, logic and choice. In expressions these are bool.
import type { Node } from '../../ir/graph.js';
import type { Expression } from '../expression.js';
import { isFloat } from '../../ir/dtype.js';
import { Formula } from './formula.js';
import { binary, unary, type KernelRule, type KernelRules } from './kernelRule.js';

const infix = (op: string): KernelRule => binary((a, b, { e }) => e.call(op, [a, b], 'bool'));

/** With a number of its own an element need not agree to the last bit. */
const ofTwo = ({ inputs }: Node): boolean => inputs.every((value) => !value?.constant);

export const comparisonRules: KernelRules = {
  Equal: { ...infix('=='), compares: ofTwo },
  Greater: infix('>'),
  GreaterOrEqual: infix('>='),
  Less: infix('<'),
  LessOrEqual: { ...infix('<='), compares: ofTwo },
  And: infix('&&'),
  Or: infix('||'),
  Xor: infix('!='),
  Not: unary((x, { e }) => e.call('!', [x])),
  Where: {
    picks: true,
    element: (context, index) =>
      context.e.select(context.broadcast(0, index), context.broadcast(1, index), context.broadcast(2, index)),
  },
  IsNaN: {
    ...unary((x, { e }) => new Formula(e).test('isNan', x)),
    supports: ({ inputs }) => isFloat(inputs[0]!.dtype),
  },
  IsInf: {
    ...unary((x, context) => {
      const { e } = context;
      const f = new Formula(e);
      const signs: Expression[] = [];
      if (context.number('detect_positive', 1)) signs.push(f.test('isPositiveInfinity', x));
      if (context.number('detect_negative', 1)) signs.push(f.test('isNegativeInfinity', x));
      return signs.length === 2 ? e.call('||', signs) : (signs[0] ?? e.constant('bool', 0));
    }),
    supports: ({ inputs }) => isFloat(inputs[0]!.dtype),
  },
};
