import { defineCases, expect, given } from '../defineCases.js';

export const whereCases = defineCases('Where', { smooth: true }, [
  {
    name: 'same shape',
    inputs: [given([3], [1, 0, 1], 'bool'), given([3], [1, 2, 3]), given([3], [-1, -2, -3])],
    expected: [expect([3], [1, -2, 3])],
  },
  {
    name: 'broadcasts all three',
    inputs: [given([2, 1], [1, 0], 'bool'), given([3], [1, 2, 3]), given([], [0.5])],
    expected: [expect([2, 3], [1, 2, 3, 0.5, 0.5, 0.5])],
  },
  {
    name: 'int64',
    inputs: [given([2], [1, 0], 'bool'), given([2], [1, 2], 'int64'), given([], [7], 'int64')],
    expected: [expect([2], [1, 7], 'int64')],
  },
]);
