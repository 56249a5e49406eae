import { constant, defineCases, expect, given } from '../defineCases.js';

export const reduceL2Cases = defineCases('ReduceL2', { smooth: true }, [
  {
    name: 'one negative axis, kept',
    inputs: [
      given([2, 3, 2], [0.5, -1.83, -0.83, 1.5, -0.17, 1.83, -1.5, 0.17, 1.17, -1.17, -0.5, 0.83]),
      constant([1], [-1]),
    ],
    expected: [expect([2, 3, 1], [1.8970767, 1.714322, 1.8378792, 1.5096025, 1.6546298, 0.9689685])],
  },
  {
    name: 'two axes, dropped',
    inputs: [
      given([2, 3, 2], [0.17, -1.17, 1.5, 1.17, 1.83, -0.83, 0.83, -1.83, -0.17, 0.5, -0.5, -1.5]),
      constant([2], [0, 2]),
    ],
    attributes: { keepdims: false },
    expected: [expect([3], [2.3314373, 1.9742846, 2.5569122])],
  },
  {
    name: 'all axes when none are given',
    inputs: [given([2, 3], [-1, 0.33, -1.67, 1.67, 1, -0.33])],
    attributes: { keepdims: false },
    expected: [expect([], [2.7920601])],
  },
  {
    name: 'empty axes that mean nothing to do',
    inputs: [given([2, 2], [-1.5, 1.5, 0.5, -0.5]), constant([0], [])],
    attributes: { noop_with_empty_axes: true },
    expected: [expect([2, 2], [1.5, 1.5, 0.5, 0.5])],
  },
  {
    name: 'rank 5',
    inputs: [
      given([2, 1, 2, 1, 3], [1.17, 1.5, -1.83, 0.5, -0.17, 0.17, 1.83, -1.17, -1.5, 0.83, -0.5, -0.83]),
      constant([2], [1, 4]),
    ],
    attributes: { keepdims: false },
    expected: [expect([2, 2, 1], [2.6396592, 0.55479723, 2.6396592, 1.2758527])],
  },
  {
    name: 'a norm of 0 has no slope',
    inputs: [given([2, 2], [0, 0, 3, 4]), constant([1], [1])],
    expected: [expect([2, 1], [0, 5])],
    gradient: false,
  },
]);
