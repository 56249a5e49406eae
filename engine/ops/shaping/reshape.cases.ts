import { constant, defineCases, expect, given } from '../defineCases.js';

export const reshapeCases = defineCases('Reshape', { smooth: true }, [
  {
    name: 'a -1 takes the rest',
    inputs: [
      given(
        [2, 3, 4],
        [
          1.25, 0.08, 1.08, -1.92, 0.92, -0.92, -1.42, -0.25, -0.58, 0.42, -1.58, 0.25, -1.08, 1.75, 1.42, 0.58, 0.75,
          -0.75, -1.75, 1.58, -0.42, -1.25, -0.08, 1.92,
        ],
      ),
      constant([2], [4, -1]),
    ],
    expected: [
      expect(
        [4, 6],
        [
          1.25, 0.08, 1.08, -1.92, 0.92, -0.92, -1.42, -0.25, -0.58, 0.42, -1.58, 0.25, -1.08, 1.75, 1.42, 0.58, 0.75,
          -0.75, -1.75, 1.58, -0.42, -1.25, -0.08, 1.92,
        ],
      ),
    ],
  },
  {
    name: 'a 0 copies the dimension',
    inputs: [
      given(
        [2, 3, 4],
        [
          1.58, -0.42, 0.92, 1.75, -1.92, -1.58, -0.25, 1.92, 0.42, -0.75, -1.25, -0.58, 0.58, -1.08, -0.92, 0.25,
          -1.42, 1.42, 1.08, -0.08, 1.25, 0.08, 0.75, -1.75,
        ],
      ),
      constant([2], [0, -1]),
    ],
    expected: [
      expect(
        [2, 12],
        [
          1.58, -0.42, 0.92, 1.75, -1.92, -1.58, -0.25, 1.92, 0.42, -0.75, -1.25, -0.58, 0.58, -1.08, -0.92, 0.25,
          -1.42, 1.42, 1.08, -0.08, 1.25, 0.08, 0.75, -1.75,
        ],
      ),
    ],
  },
  {
    name: '0 and -1 in the middle',
    inputs: [
      given([2, 3, 2], [-0.5, 0.83, 1.17, -1.17, -1.83, -1.5, 0.5, 1.5, 1.83, -0.83, -0.17, 0.17]),
      constant([3], [2, -1, 0]),
    ],
    expected: [expect([2, 3, 2], [-0.5, 0.83, 1.17, -1.17, -1.83, -1.5, 0.5, 1.5, 1.83, -0.83, -0.17, 0.17])],
  },
  { name: 'to a scalar', inputs: [given([1, 1], [0]), constant([0], [])], expected: [expect([], [0])] },
  { name: 'from a scalar', inputs: [given([], [0]), constant([2], [1, 1])], expected: [expect([1, 1], [0])] },
  {
    name: 'allowzero keeps an empty axis',
    inputs: [given([0, 3], []), constant([2], [3, 0])],
    attributes: { allowzero: true },
    expected: [expect([3, 0], [])],
    gradient: false,
  },
  {
    name: 'integers',
    inputs: [given([6], [0, 1, 2, 3, 4, 5], 'int64'), constant([2], [3, 2])],
    expected: [expect([3, 2], [0, 1, 2, 3, 4, 5], 'int64')],
  },
]);
