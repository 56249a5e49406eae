import { constant, defineCases, expect, given } from '../defineCases.js';

export const reduceMeanCases = defineCases('ReduceMean', { smooth: true }, [
  {
    name: 'one negative axis, kept',
    inputs: [
      given(
        [2, 3, 4],
        [
          -1.42, 0.42, 1.42, 0.58, -1.92, 1.92, -1.58, 0.08, 0.25, 0.75, -0.75, -0.42, 1.25, -1.25, 0.92, -1.75, -0.25,
          -0.92, -0.58, 1.08, 1.75, 1.58, -0.08, -1.08,
        ],
      ),
      constant([1], [-1]),
    ],
    expected: [expect([2, 3, 1], [0.24999999, -0.375, -0.042499997, -0.2075, -0.16749999, 0.5425])],
  },
  {
    name: 'two axes, dropped',
    inputs: [
      given([2, 3, 2], [0.5, -1.83, -0.83, 1.5, -0.17, 1.83, -1.5, 0.17, 1.17, -1.17, -0.5, 0.83]),
      constant([2], [0, 2]),
    ],
    attributes: { keepdims: false },
    expected: [expect([3], [-0.665, 0.1675, 0.4975])],
  },
  {
    name: 'all axes when none are given',
    inputs: [given([2, 3], [-1.67, 1.67, 0.33, -0.33, 1, -1])],
    attributes: { keepdims: false },
    expected: [expect([], [0])],
  },
  {
    name: 'empty axes that mean nothing to do',
    inputs: [given([2, 2], [0.5, 1.5, -1.5, -0.5]), constant([0], [])],
    attributes: { noop_with_empty_axes: true },
    expected: [expect([2, 2], [0.5, 1.5, -1.5, -0.5])],
  },
  {
    name: 'rank 5',
    inputs: [
      given([2, 1, 2, 1, 3], [1.83, 0.17, -1.83, -0.17, -0.5, -1.17, 1.5, -1.5, 0.83, 1.17, -0.83, 0.5]),
      constant([2], [1, 4]),
    ],
    attributes: { keepdims: false },
    expected: [expect([2, 2, 1], [0.056666654, -0.6133333, 0.27666667, 0.28])],
  },
  { name: 'a scalar', inputs: [given([], [0])], attributes: { keepdims: false }, expected: [expect([], [0])] },
]);
