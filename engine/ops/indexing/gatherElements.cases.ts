import { defineCases, expect, given } from '../defineCases.js';

export const gatherElementsCases = defineCases('GatherElements', { smooth: true }, [
  {
    name: 'axis 0',
    inputs: [given([3, 2], [-1, 1, -0.33, -1.67, 0.33, 1.67]), given([2, 2], [0, 2, 1, 1], 'int64')],
    expected: [expect([2, 2], [-1, 1.67, -0.33, -1.67])],
  },
  {
    name: 'axis 1, repeated and negative indices',
    inputs: [given([2, 3], [1.67, -1.67, 1, -1, 0.33, -0.33]), given([2, 4], [0, 0, -1, 2, 1, -3, 1, 0], 'int64')],
    attributes: { axis: 1 },
    expected: [expect([2, 4], [1.67, 1.67, 1, 1, 0.33, -1, 0.33, -1])],
  },
  {
    name: 'rank 3, a negative axis',
    inputs: [
      given([2, 2, 3], [-1.17, -1.5, 0.83, 0.5, 1.83, -0.17, 1.5, -1.83, 0.17, -0.83, 1.17, -0.5]),
      given([2, 2, 2], [2, 0, 1, 1, 0, 0, 2, 1], 'int32'),
    ],
    attributes: { axis: -1 },
    expected: [expect([2, 2, 2], [0.83, -1.17, 1.83, 1.83, 1.5, 1.5, -0.5, 1.17])],
  },
  {
    name: 'fewer rows than the data',
    inputs: [given([3, 2], [-0.33, 1.67, 1, -1.67, -1, 0.33]), given([1, 1], [2], 'int64')],
    expected: [expect([1, 1], [-1])],
  },
]);
