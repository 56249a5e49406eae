import { constant, defineCases, expect, given } from '../defineCases.js';

export const reduceL1Cases = defineCases('ReduceL1', { smooth: true }, [
  {
    name: 'one negative axis, kept',
    inputs: [
      given([2, 3, 2], [0.5, -1.17, 1.83, -1.83, -0.83, -0.17, 1.5, -0.5, 0.83, -1.5, 0.17, 1.17]),
      constant([1], [-1]),
    ],
    expected: [expect([2, 3, 1], [1.67, 3.66, 1, 2, 2.33, 1.3399999])],
  },
  {
    name: 'two axes, dropped',
    inputs: [
      given([2, 3, 2], [0.83, 1.17, 1.83, 1.5, -0.83, -0.17, -1.5, 0.5, -1.83, -1.17, 0.17, -0.5]),
      constant([2], [0, 2]),
    ],
    attributes: { keepdims: false },
    expected: [expect([3], [4, 6.33, 1.6700001])],
  },
  {
    name: 'all axes when none are given',
    inputs: [given([2, 3], [1, -1, 0.33, 1.67, -1.67, -0.33])],
    attributes: { keepdims: false },
    expected: [expect([], [6])],
  },
  {
    name: 'empty axes that mean nothing to do',
    inputs: [given([2, 2], [-0.5, 1.5, -1.5, 0.5]), constant([0], [])],
    attributes: { noop_with_empty_axes: true },
    expected: [expect([2, 2], [0.5, 1.5, 1.5, 0.5])],
  },
  {
    name: 'rank 5',
    inputs: [
      given([2, 1, 2, 1, 3], [-0.83, 0.17, 1.83, -1.5, -1.83, -0.17, -1.17, 0.83, -0.5, 1.5, 0.5, 1.17]),
      constant([2], [1, 4]),
    ],
    attributes: { keepdims: false },
    expected: [expect([2, 2, 1], [2.83, 3.5, 2.5, 3.17])],
  },
]);
