import { defineCases, expect, given, spread } from '../defineCases.js';

const a = spread([2, 3]);
const b = spread([3], -2, 2, 2);

export const mulCases = defineCases('Mul', { smooth: true }, [
  {
    name: 'same shape',
    inputs: [given([2, 2], [1, -2, 3, 0.5]), given([2, 2], [4, 0.5, -1, 8])],
    expected: [expect([2, 2], [4, -1, -3, 4])],
  },
  {
    name: 'broadcasts both operands',
    inputs: [given([2, 1], [2, 3]), given([3], [1, -1, 0.5])],
    expected: [expect([2, 3], [2, -2, 1, 3, -3, 1.5])],
  },
  { name: 'a vector to a matrix', inputs: [a, b] },
  { name: 'a scalar operand', inputs: [a, given([], [1.5])] },
  {
    name: 'int64',
    inputs: [given([3], [7, -7, 9], 'int64'), given([], [2], 'int64')],
    expected: [expect([3], [14, -14, 18], 'int64')],
  },
]);
