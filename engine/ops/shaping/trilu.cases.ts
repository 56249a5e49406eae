import { constant, defineCases, expect, given } from '../defineCases.js';

export const triluCases = defineCases('Trilu', { smooth: true }, [
  {
    name: 'upper',
    inputs: [given([3, 3], [-0.44, 1.33, 0.89, -1.33, -0.89, 0, 0.44, -1.78, 1.78])],
    expected: [expect([3, 3], [-0.44, 1.33, 0.89, 0, -0.89, 0, 0, 0, 1.78])],
  },
  {
    name: 'lower, below the diagonal',
    inputs: [
      given([3, 4], [1.5, -1.5, 0.5, -0.17, -1.17, 1.17, 0.83, 0.17, -0.83, -1.83, -0.5, 1.83]),
      constant([], [-1]),
    ],
    attributes: { upper: false },
    expected: [expect([3, 4], [0, 0, 0, 0, -1.17, 0, 0, 0, -0.83, -1.83, 0, 0])],
  },
  {
    name: 'upper, above the diagonal, batched',
    inputs: [
      given([2, 3, 2], [-0.17, -1.5, 0.17, 1.5, 0.83, -1.17, 0.5, -0.83, 1.83, 1.17, -1.83, -0.5]),
      constant([], [1]),
    ],
    expected: [expect([2, 3, 2], [0, -1.5, 0, 0, 0, 0, 0, -0.83, 0, 0, 0, 0])],
  },
]);
