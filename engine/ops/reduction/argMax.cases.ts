import { defineCases, expect, given } from '../defineCases.js';

export const argMaxCases = defineCases('ArgMax', { smooth: false }, [
  {
    name: 'axis 0',
    inputs: [given([3, 4], [0.17, 1.17, 1.5, -0.17, -0.5, 0.5, -1.17, 0.83, -0.83, -1.83, -1.5, 1.83])],
    expected: [expect([1, 4], [0, 0, 0, 2], 'int64')],
  },
  {
    name: 'a negative axis, dropped',
    inputs: [
      given(
        [2, 3, 4],
        [
          1.25, 0.25, 1.75, 1.08, -1.58, -1.92, -1.75, -0.58, 0.58, 0.08, -1.42, 1.92, 0.92, -0.42, 1.42, -0.08, 0.75,
          -0.92, -0.25, -0.75, -1.25, 1.58, 0.42, -1.08,
        ],
      ),
    ],
    attributes: { axis: -1, keepdims: false },
    expected: [expect([2, 3], [2, 3, 3, 2, 0, 1], 'int64')],
  },
  {
    name: 'the first of equals',
    inputs: [given([1, 4], [1, 2, 2, 1])],
    attributes: { axis: 1 },
    expected: [expect([1, 1], [1], 'int64')],
  },
  {
    name: 'the last of equals',
    inputs: [given([1, 4], [1, 2, 2, 1])],
    attributes: { axis: 1, select_last_index: true },
    expected: [expect([1, 1], [2], 'int64')],
  },
  {
    name: 'integers',
    inputs: [given([3], [4, 1, 7], 'int64')],
    attributes: { axis: 0 },
    expected: [expect([1], [2], 'int64')],
  },
]);
