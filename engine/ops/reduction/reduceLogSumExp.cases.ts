import { constant, defineCases, expect, given } from '../defineCases.js';

export const reduceLogSumExpCases = defineCases('ReduceLogSumExp', { smooth: true }, [
  {
    name: 'one negative axis, kept',
    inputs: [
      given([2, 3, 2], [1.17, -0.83, -1.17, 1.5, 0.5, 0.17, -1.83, -0.5, -0.17, -1.5, 0.83, 1.83]),
      constant([1], [-1]),
    ],
    expected: [expect([2, 3, 1], [1.296928, 1.5669596, 1.0416985, -0.2653412, 0.064658806, 2.1432617])],
  },
  {
    name: 'two axes, dropped',
    inputs: [
      given([2, 3, 2], [0.83, -1.5, 1.83, -1.83, -0.17, 1.17, -0.83, -1.17, 0.5, 0.17, 1.5, -0.5]),
      constant([2], [0, 2]),
    ],
    attributes: { keepdims: false },
    expected: [expect([3], [1.1826057, 2.2222776, 2.2141776])],
  },
  {
    name: 'all axes when none are given',
    inputs: [given([2, 3], [1.67, -1, 0.33, -1.67, -0.33, 1])],
    attributes: { keepdims: false },
    expected: [expect([], [2.3699136])],
  },
  {
    name: 'empty axes that mean nothing to do',
    inputs: [given([2, 2], [-0.5, -1.5, 0.5, 1.5]), constant([0], [])],
    attributes: { noop_with_empty_axes: true },
    expected: [expect([2, 2], [-0.5, -1.5, 0.5, 1.5])],
  },
  {
    name: 'rank 5',
    inputs: [
      given([2, 1, 2, 1, 3], [-1.83, 1.17, 0.5, -1.5, 1.83, -0.83, -0.17, -1.17, 0.17, -0.5, 1.5, 0.83]),
      constant([2], [1, 4]),
    ],
    attributes: { keepdims: false },
    expected: [expect([2, 2, 1], [1.615644, 1.930516, 0.8498674, 1.9989822])],
  },
  {
    name: 'large numbers',
    inputs: [given([2, 2], [100, 101, -100, -102]), constant([1], [1])],
    expected: [expect([2, 1], [101.31326, -99.87307])],
    smooth: false,
  },
]);
