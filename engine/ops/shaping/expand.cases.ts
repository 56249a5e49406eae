import { constant, defineCases, expect, given } from '../defineCases.js';

export const expandCases = defineCases('Expand', { smooth: true }, [
  {
    name: 'an axis of size 1 and a new axis',
    inputs: [given([3, 1], [1.33, -1.33, 0]), constant([3], [2, 1, 4])],
    expected: [
      expect(
        [2, 3, 4],
        [
          1.33, 1.33, 1.33, 1.33, -1.33, -1.33, -1.33, -1.33, 0, 0, 0, 0, 1.33, 1.33, 1.33, 1.33, -1.33, -1.33, -1.33,
          -1.33, 0, 0, 0, 0,
        ],
      ),
    ],
  },
  { name: 'a scalar', inputs: [given([], [0]), constant([2], [2, 2])], expected: [expect([2, 2], [0, 0, 0, 0])] },
  {
    name: 'the shape may be smaller than the input',
    inputs: [given([2, 3], [1, -0.33, -1.67, 0.33, -1, 1.67]), constant([1], [1])],
    expected: [expect([2, 3], [1, -0.33, -1.67, 0.33, -1, 1.67])],
  },
  {
    name: 'integers',
    inputs: [given([2, 1], [1, 2], 'int64'), constant([2], [2, 2])],
    expected: [expect([2, 2], [1, 1, 2, 2], 'int64')],
  },
]);
