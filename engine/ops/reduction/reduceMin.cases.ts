import { constant, defineCases, expect, given } from '../defineCases.js';

export const reduceMinCases = defineCases('ReduceMin', { smooth: true }, [
  {
    name: 'one negative axis, kept',
    inputs: [
      given(
        [2, 3, 4],
        [
          -1.08, -1.75, 1.08, -0.42, 1.58, 0.08, 0.92, -1.92, 1.25, 0.75, 0.58, -1.42, -1.58, -0.75, 1.92, -0.08, -0.25,
          -1.25, 0.42, 1.75, 1.42, 0.25, -0.58, -0.92,
        ],
      ),
      constant([1], [-1]),
    ],
    expected: [expect([2, 3, 1], [-1.75, -1.92, -1.42, -1.58, -1.25, -0.92])],
  },
  {
    name: 'two axes, dropped',
    inputs: [
      given([2, 3, 2], [-1.83, -0.17, -1.5, 1.5, -0.83, 0.5, 1.17, -1.17, 0.83, -0.5, 0.17, 1.83]),
      constant([2], [0, 2]),
    ],
    attributes: { keepdims: false },
    expected: [expect([3], [-1.83, -1.5, -0.83])],
  },
  {
    name: 'all axes when none are given',
    inputs: [given([2, 3], [1, -0.33, -1, 0.33, -1.67, 1.67])],
    attributes: { keepdims: false },
    expected: [expect([], [-1.67])],
  },
  {
    name: 'empty axes that mean nothing to do',
    inputs: [given([2, 2], [-0.5, 0.5, -1.5, 1.5]), constant([0], [])],
    attributes: { noop_with_empty_axes: true },
    expected: [expect([2, 2], [-0.5, 0.5, -1.5, 1.5])],
  },
  {
    name: 'rank 5',
    inputs: [
      given([2, 1, 2, 1, 3], [0.83, -0.83, -0.5, 1.17, -1.83, -1.5, 1.5, -0.17, 0.17, 1.83, 0.5, -1.17]),
      constant([2], [1, 4]),
    ],
    attributes: { keepdims: false },
    expected: [expect([2, 2, 1], [-0.83, -1.83, -0.17, -1.17])],
  },
  { name: 'a scalar', inputs: [given([], [0])], attributes: { keepdims: false }, expected: [expect([], [0])] },
  {
    name: 'integers',
    inputs: [given([2, 3], [3, 1, 2, -4, 9, 0], 'int64'), constant([1], [1])],
    attributes: { keepdims: false },
    expected: [expect([2], [1, -4], 'int64')],
  },
  {
    name: 'ties',
    inputs: [given([2, 3], [1, 3, 1, 2, 2, 2]), constant([1], [1])],
    expected: [expect([2, 1], [1, 2])],
    gradient: false,
  },
]);
