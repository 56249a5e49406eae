import { awayFromZero, defineCases, expect, given, spread } from '../defineCases.js';

const a = spread([2, 3]);
const b = awayFromZero([3], 0.5);

export const divCases = defineCases('Div', { smooth: true }, [
  {
    name: 'same shape',
    inputs: [given([2, 2], [1, -2, 3, 0.5]), given([2, 2], [4, 0.5, -1, 8])],
    expected: [expect([2, 2], [0.25, -4, -3, 0.0625])],
  },
  {
    name: 'broadcasts both operands',
    inputs: [given([2, 1], [2, 3]), given([3], [1, -1, 0.5])],
    expected: [expect([2, 3], [2, -2, 4, 3, -3, 6])],
  },
  { name: 'a vector to a matrix', inputs: [a, b] },
  { name: 'a scalar operand', inputs: [a, given([], [1.5])] },
  {
    name: 'int64',
    inputs: [given([3], [7, -7, 9], 'int64'), given([], [2], 'int64')],
    expected: [expect([3], [3, -3, 4], 'int64')],
  },
]);
