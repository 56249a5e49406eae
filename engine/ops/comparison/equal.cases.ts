import { defineCases, expect, given } from '../defineCases.js';

export const equalCases = defineCases('Equal', { smooth: false }, [
  {
    name: 'below, at and above',
    inputs: [given([3], [1, 2, 3]), given([1], [2])],
    expected: [expect([3], [0, 1, 0], 'bool')],
    gradient: false,
  },
  {
    name: 'int64, broadcast',
    inputs: [given([3], [1, 2, 3], 'int64'), given([], [2], 'int64')],
    expected: [expect([3], [0, 1, 0], 'bool')],
  },
]);
