import { constant, defineCases, expect, given } from '../defineCases.js';

export const reduceProdCases = defineCases('ReduceProd', { smooth: true }, [
  {
    name: 'one negative axis, kept',
    inputs: [
      given([2, 3, 2], [-0.5, 0.17, 1.5, -1.83, -1.5, -0.83, 0.83, 0.5, -1.17, -0.17, 1.17, 1.83]),
      constant([1], [-1]),
    ],
    expected: [expect([2, 3, 1], [-0.085, -2.7450001, 1.245, 0.415, 0.1989, 2.1411])],
  },
  {
    name: 'two axes, dropped',
    inputs: [
      given([2, 3, 2], [-0.5, 1.5, 0.17, -0.83, -1.83, 1.83, -0.17, -1.17, 0.83, 0.5, -1.5, 1.17]),
      constant([2], [0, 2]),
    ],
    attributes: { keepdims: false },
    expected: [expect([3], [-0.14917499, -0.0585565, 5.8773193])],
  },
  {
    name: 'all axes when none are given',
    inputs: [given([2, 3], [-0.33, 1, -1.67, 0.33, -1, 1.67])],
    attributes: { keepdims: false },
    expected: [expect([], [-0.3037112])],
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
      given([2, 1, 2, 1, 3], [-0.5, -1.83, 0.83, -1.17, 0.17, 1.83, 0.5, -0.17, -1.5, 1.5, 1.17, -0.83]),
      constant([2], [1, 4]),
    ],
    attributes: { keepdims: false },
    expected: [expect([2, 2, 1], [0.75945, -0.363987, 0.1275, -1.4566499])],
  },
  {
    name: 'one zero, and two',
    inputs: [given([3, 3], [2, 0, -3, 0, 4, 0, 1.5, 2, 3]), constant([1], [1])],
    attributes: { keepdims: false },
    expected: [expect([3], [0, 0, 9])],
    smooth: false,
  },
  {
    name: 'integers',
    inputs: [given([3], [2, 3, 4], 'int64')],
    attributes: { keepdims: false },
    expected: [expect([], [24], 'int64')],
  },
]);
