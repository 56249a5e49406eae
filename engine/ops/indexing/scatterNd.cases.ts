import { defineCases, expect, given } from '../defineCases.js';

export const scatterNdCases = defineCases('ScatterND', { smooth: true }, [
  {
    name: 'replaces elements',
    inputs: [
      given([2, 3], [1.67, -0.33, 0.33, -1, -1.67, 1]),
      given([2, 2], [0, 1, 1, 2], 'int64'),
      given([2], [-1, 1]),
    ],
    expected: [expect([2, 3], [1.67, -1, 0.33, -1, -1.67, 1])],
  },
  {
    name: 'replaces slices',
    inputs: [
      given([3, 2], [1, 1.67, -1, -1.67, 0.33, -0.33]),
      given([2, 1], [2, 0], 'int64'),
      given([2, 2], [-1.5, 1.5, -0.5, 0.5]),
    ],
    expected: [expect([3, 2], [-0.5, 0.5, -1, -1.67, -1.5, 1.5])],
  },
  {
    name: 'adds, twice in one place',
    inputs: [
      given([3, 2], [-1, -1.67, 1, -0.33, 1.67, 0.33]),
      given([3, 1], [1, 1, 2], 'int64'),
      given([3, 2], [-0.33, 1.67, 0.33, -1, 1, -1.67]),
    ],
    attributes: { reduction: 'add' },
    expected: [expect([3, 2], [-1, -1.67, 1, 0.3399999, 2.67, -1.3399999])],
  },
  {
    name: 'a batch of tuples',
    inputs: [given([4], [1.5, 0.5, -0.5, -1.5]), given([1, 2, 1], [1, 3], 'int64'), given([1, 2], [-1, 1])],
    expected: [expect([4], [1.5, -1, -0.5, 1])],
  },
]);
