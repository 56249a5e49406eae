import { constant, defineCases, expect, given } from '../defineCases.js';

export const rangeCases = defineCases('Range', { smooth: false }, [
  {
    name: 'constant bounds',
    inputs: [constant([], [1]), constant([], [7]), constant([], [2])],
    expected: [expect([3], [1, 3, 5], 'int64')],
  },
  {
    name: 'fed bounds, downwards',
    inputs: [given([], [2]), given([], [0]), given([], [-0.5])],
    expected: [expect([4], [2, 1.5, 1, 0.5])],
  },
]);
