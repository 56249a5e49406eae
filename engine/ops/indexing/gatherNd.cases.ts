import { constant, defineCases, expect, given } from '../defineCases.js';

export const gatherNdCases = defineCases('GatherND', { smooth: true }, [
  {
    name: 'whole tuples',
    inputs: [given([2, 3], [1, -1.67, 0.33, -1, -0.33, 1.67]), given([3, 2], [0, 1, 1, 2, 0, 1], 'int64')],
    expected: [expect([3], [-1.67, 1.67, -1.67])],
  },
  {
    name: 'slices',
    inputs: [
      given([2, 3, 2], [1.83, 0.5, 0.17, 0.83, -0.83, 1.5, 1.17, -1.83, -1.5, -1.17, -0.5, -0.17]),
      given([3, 1], [1, 0, 1], 'int64'),
    ],
    expected: [
      expect(
        [3, 3, 2],
        [
          1.17, -1.83, -1.5, -1.17, -0.5, -0.17, 1.83, 0.5, 0.17, 0.83, -0.83, 1.5, 1.17, -1.83, -1.5, -1.17, -0.5,
          -0.17,
        ],
      ),
    ],
  },
  {
    name: 'one batch axis',
    inputs: [
      given([2, 3, 2], [-1.83, -1.5, -1.17, 0.83, -0.83, 1.5, 0.17, -0.17, -0.5, 1.83, 1.17, 0.5]),
      given([2, 2, 1], [1, 0, 2, 2], 'int64'),
    ],
    attributes: { batch_dims: 1 },
    expected: [expect([2, 2, 2], [-1.17, 0.83, -1.83, -1.5, 1.17, 0.5, 1.17, 0.5])],
  },
  {
    name: 'two batch axes',
    inputs: [
      given([2, 2, 3], [0.5, -1.17, -1.83, 1.83, 0.83, -1.5, -0.83, 0.17, 1.17, -0.5, -0.17, 1.5]),
      given([2, 2, 1], [1, 0, 2, 2], 'int64'),
    ],
    attributes: { batch_dims: 2 },
    expected: [expect([2, 2], [-1.17, 1.83, 1.17, 1.5])],
  },
  {
    name: 'constant negative indices',
    inputs: [given([3, 2], [0.33, 1, -0.33, -1.67, 1.67, -1]), constant([2, 2], [-1, 0, 0, -1])],
    expected: [expect([2], [1.67, 1])],
  },
]);
