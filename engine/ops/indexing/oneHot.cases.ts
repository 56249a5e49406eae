import { constant, defineCases, expect, given } from '../defineCases.js';

export const oneHotCases = defineCases('OneHot', { smooth: true }, [
  {
    name: 'along the last axis',
    inputs: [given([3], [0, 2, 1], 'int64'), constant([], [3]), given([2], [0.5, 2])],
    expected: [expect([3, 3], [2, 0.5, 0.5, 0.5, 0.5, 2, 0.5, 2, 0.5])],
  },
  {
    name: 'along axis 0, out of range, negative',
    inputs: [given([2, 2], [1, 3, -1, 0], 'int64'), constant([], [3]), given([2], [-1, 1])],
    attributes: { axis: 0 },
    expected: [expect([3, 2, 2], [-1, -1, -1, 1, 1, -1, -1, -1, -1, -1, 1, -1])],
  },
  {
    name: 'integers',
    inputs: [given([2], [1, 0], 'int64'), constant([], [2]), given([2], [0, 1], 'int64')],
    expected: [expect([2, 2], [0, 1, 1, 0], 'int64')],
  },
]);
