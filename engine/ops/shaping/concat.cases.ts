import { defineCases, expect, given } from '../defineCases.js';

export const concatCases = defineCases('Concat', { smooth: true }, [
  {
    name: 'two along axis 0',
    inputs: [given([1, 3], [0, -1.33, 1.33]), given([2, 3], [-1.67, -0.33, 1.67, 0.33, -1, 1])],
    attributes: { axis: 0 },
    expected: [expect([3, 3], [0, -1.33, 1.33, -1.67, -0.33, 1.67, 0.33, -1, 1])],
  },
  {
    name: 'three along a negative axis',
    inputs: [
      given([2, 1], [1, -1]),
      given([2, 2], [-1.5, -0.5, 1.5, 0.5]),
      given([2, 3], [1.67, -1, 1, -1.67, 0.33, -0.33]),
    ],
    attributes: { axis: -1 },
    expected: [expect([2, 6], [1, -1.5, -0.5, 1.67, -1, 1, -1, 1.5, 0.5, -1.67, 0.33, -0.33])],
  },
  {
    name: 'one input',
    inputs: [given([2, 2], [1.5, -0.5, 0.5, -1.5])],
    attributes: { axis: 1 },
    expected: [expect([2, 2], [1.5, -0.5, 0.5, -1.5])],
  },
  {
    name: 'rank 4, channels',
    inputs: [
      given([2, 1, 2, 2], [-0.75, -1.25, 0.75, 1.75, -0.25, 0.25, -1.75, 1.25]),
      given(
        [2, 2, 2, 2],
        [1.62, -0.12, -1.38, -0.62, 1.38, 0.38, -1.62, -1.88, -0.88, 0.88, 1.12, 0.62, 0.12, 1.88, -0.38, -1.12],
      ),
    ],
    attributes: { axis: 1 },
    expected: [
      expect(
        [2, 3, 2, 2],
        [
          -0.75, -1.25, 0.75, 1.75, 1.62, -0.12, -1.38, -0.62, 1.38, 0.38, -1.62, -1.88, -0.25, 0.25, -1.75, 1.25,
          -0.88, 0.88, 1.12, 0.62, 0.12, 1.88, -0.38, -1.12,
        ],
      ),
    ],
  },
  {
    name: 'integers',
    inputs: [given([1], [1], 'int64'), given([2], [2, 3], 'int64')],
    attributes: { axis: 0 },
    expected: [expect([3], [1, 2, 3], 'int64')],
  },
]);
