import { constant, defineCases, expect, given } from '../defineCases.js';

export const reduceSumSquareCases = defineCases('ReduceSumSquare', { smooth: true }, [
  {
    name: 'one negative axis, kept',
    inputs: [
      given([2, 3, 2], [0.17, -1.17, 0.83, 1.83, -0.83, -0.5, 1.5, -1.5, 0.5, 1.17, -0.17, -1.83]),
      constant([1], [-1]),
    ],
    expected: [expect([2, 3, 1], [1.3978, 4.0378, 0.9389, 4.5, 1.6189, 3.3778])],
  },
  {
    name: 'two axes, dropped',
    inputs: [
      given([2, 3, 2], [1.5, -1.17, 0.17, 1.83, 0.5, -0.5, -1.83, 1.17, 0.83, -1.5, -0.83, -0.17]),
      constant([2], [0, 2]),
    ],
    attributes: { keepdims: false },
    expected: [expect([3], [8.3367, 6.3167, 1.2178])],
  },
  {
    name: 'all axes when none are given',
    inputs: [given([2, 3], [1, -0.33, -1, 0.33, 1.67, -1.67])],
    attributes: { keepdims: false },
    expected: [expect([], [7.7956])],
  },
  {
    name: 'empty axes that mean nothing to do',
    inputs: [given([2, 2], [-0.5, 1.5, -1.5, 0.5]), constant([0], [])],
    attributes: { noop_with_empty_axes: true },
    expected: [expect([2, 2], [0.25, 2.25, 2.25, 0.25])],
  },
  {
    name: 'rank 5',
    inputs: [
      given([2, 1, 2, 1, 3], [0.83, -0.5, -0.83, 1.83, 1.5, 0.17, 1.17, -1.17, 0.5, -1.5, -1.83, -0.17]),
      constant([2], [1, 4]),
    ],
    attributes: { keepdims: false },
    expected: [expect([2, 2, 1], [1.6278, 5.6278, 2.9878, 5.6278])],
  },
]);
