import { constant, defineCases, expect, given } from '../defineCases.js';

export const topKCases = defineCases('TopK', { smooth: true }, [
  {
    name: 'the two largest, sorted',
    inputs: [given([2, 5], [-0.2, 1.4, 0.2, -1, 0.6, -1.8, 1.8, -1.4, 1, -0.6]), constant([1], [2])],
    outputs: 2,
    expected: [expect([2, 2], [1.4, 0.6, 1.8, 1]), expect([2, 2], [1, 4, 1, 3], 'int64')],
  },
  {
    name: 'the smallest along axis 0',
    inputs: [
      given([4, 3], [1.83, -1.83, 1.5, 0.5, -1.5, -0.17, 0.83, -1.17, -0.83, 0.17, 1.17, -0.5]),
      constant([1], [2]),
    ],
    attributes: { axis: 0, largest: false },
    outputs: 2,
    expected: [expect([2, 3], [0.17, -1.83, -0.83, 0.5, -1.5, -0.5]), expect([2, 3], [3, 0, 2, 1, 1, 3], 'int64')],
  },
  {
    name: 'as many as there are',
    inputs: [given([3], [1.33, 0, -1.33]), constant([1], [3])],
    outputs: 2,
    expected: [expect([3], [1.33, 0, -1.33]), expect([3], [0, 1, 2], 'int64')],
  },
]);
