import { constant, defineCases, expect, given } from '../defineCases.js';

export const sliceCases = defineCases('Slice', { smooth: true }, [
  {
    name: 'axes from the front when none are given',
    inputs: [
      given([3, 4], [-1.17, -1.83, 1.5, 0.5, -0.83, 0.83, 1.83, 0.17, -0.17, -0.5, -1.5, 1.17]),
      constant([2], [1, 0]),
      constant([2], [3, 2]),
    ],
    expected: [expect([2, 2], [-0.83, 0.83, -0.17, -0.5])],
  },
  {
    name: 'negative positions and axis',
    inputs: [
      given([2, 5], [-1, 1.8, -0.6, -1.4, 0.6, 1, 0.2, -1.8, -0.2, 1.4]),
      constant([1], [-3]),
      constant([1], [-1]),
      constant([1], [-1]),
    ],
    expected: [expect([2, 2], [-0.6, -1.4, -1.8, -0.2])],
  },
  {
    name: 'beyond the end',
    inputs: [given([4], [-1.5, 1.5, -0.5, 0.5]), constant([1], [2]), constant([1], [9.223372e18]), constant([1], [0])],
    expected: [expect([2], [-0.5, 0.5])],
  },
  {
    name: 'step 2',
    inputs: [
      given([2, 7], [1.86, -1.57, 1.57, 0.14, -1, -1.29, -0.71, 1.29, 0.43, 1, 0.71, -0.14, -0.43, -1.86]),
      constant([1], [1]),
      constant([1], [7]),
      constant([1], [1]),
      constant([1], [2]),
    ],
    expected: [expect([2, 3], [-1.57, 0.14, -1.29, 0.43, 0.71, -0.43])],
  },
  {
    name: 'step 3 on two axes',
    inputs: [
      given(
        [5, 7],
        [
          -1.14, 1.83, 0.8, 0.57, -0.34, -1.94, -1.6, 1.71, -0.46, 1.26, 0.69, -1.37, 1.14, 1.94, 1.49, -1.83, -1.49,
          -1.03, -0.91, 1.6, 0.46, -0.57, 1.03, 1.37, 0.23, 0.91, -0.11, -1.26, 0, -0.23, -1.71, -0.8, -0.69, 0.11,
          0.34,
        ],
      ),
      constant([2], [0, 1]),
      constant([2], [5, 6]),
      constant([2], [0, 1]),
      constant([2], [3, 3]),
    ],
    expected: [expect([2, 2], [1.83, -0.34, 1.03, 0.91])],
  },
  {
    name: 'step -1 reverses',
    inputs: [
      given([2, 4], [0.75, -1.75, 1.75, -0.75, -0.25, -1.25, 0.25, 1.25]),
      constant([1], [-1]),
      constant([1], [-9.223372e18]),
      constant([1], [1]),
      constant([1], [-1]),
    ],
    expected: [expect([2, 4], [-0.75, 1.75, -1.75, 0.75, 1.25, 0.25, -1.25, -0.25])],
  },
  {
    name: 'step -2',
    inputs: [
      given([7, 2], [-1.29, 1.86, 0.71, 1.29, -0.14, -1.86, -1.57, 0.14, 1.57, 1, -0.71, -0.43, -1, 0.43]),
      constant([1], [5]),
      constant([1], [0]),
      constant([1], [0]),
      constant([1], [-2]),
    ],
    expected: [expect([3, 2], [-0.71, -0.43, -1.57, 0.14, 0.71, 1.29])],
  },
  {
    name: 'step 2 down to one element',
    inputs: [
      given([2, 3], [0.33, -1.67, 1, -0.33, 1.67, -1]),
      constant([1], [2]),
      constant([1], [3]),
      constant([1], [1]),
      constant([1], [2]),
    ],
    expected: [expect([2, 1], [1, -1])],
  },
  {
    name: 'integers',
    inputs: [given([5], [0, 1, 2, 3, 4], 'int64'), constant([1], [1]), constant([1], [4])],
    expected: [expect([3], [1, 2, 3], 'int64')],
  },
]);
