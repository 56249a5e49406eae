import { defineCases, expect, given } from '../defineCases.js';

export const scatterElementsCases = defineCases('ScatterElements', { smooth: true }, [
  {
    name: 'replaces along axis 0',
    inputs: [
      given([3, 3], [1.78, 0.44, 1.33, 0.89, -1.78, -0.44, -0.89, -1.33, 0]),
      given([2, 3], [1, 0, 2, 0, 2, 1], 'int64'),
      given([2, 3], [-1.67, 0.33, 1, 1.67, -0.33, -1]),
    ],
    expected: [expect([3, 3], [1.67, 0.33, 1.33, -1.67, -1.78, -1, -0.89, -0.33, 1])],
  },
  {
    name: 'replaces along a negative axis',
    inputs: [
      given([2, 4], [-0.75, -1.25, -1.75, 0.25, 1.25, 0.75, -0.25, 1.75]),
      given([2, 2], [3, 1, -2, 0], 'int64'),
      given([2, 2], [-0.5, 0.5, -1.5, 1.5]),
    ],
    attributes: { axis: -1 },
    expected: [expect([2, 4], [-0.75, 0.5, -1.75, -0.5, 1.5, 0.75, -1.5, 1.75])],
  },
  {
    name: 'adds, twice in one place',
    inputs: [
      given([2, 3], [-1.67, -1, -0.33, 0.33, 1.67, 1]),
      given([2, 2], [1, 1, 0, 2], 'int64'),
      given([2, 2], [-1.5, -0.5, 1.5, 0.5]),
    ],
    attributes: { axis: 1, reduction: 'add' },
    expected: [expect([2, 3], [-1.67, -3, -0.33, 1.83, 1.67, 1.5])],
  },
  {
    name: 'takes the maximum',
    inputs: [given([2, 2], [0.5, -1.5, -0.5, 1.5]), given([1, 2], [0, 1], 'int64'), given([1, 2], [1, -1])],
    attributes: { reduction: 'max' },
    expected: [expect([2, 2], [1, -1.5, -0.5, 1.5])],
    gradient: false,
  },
]);
