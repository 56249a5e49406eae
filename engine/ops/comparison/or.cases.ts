import { defineCases, expect, given } from '../defineCases.js';

export const orCases = defineCases('Or', { smooth: false }, [
  {
    name: 'the truth table, broadcast',
    inputs: [given([2, 1], [0, 1], 'bool'), given([2], [0, 1], 'bool')],
    expected: [expect([2, 2], [0, 1, 1, 1], 'bool')],
  },
]);
