import { defineCases, expect, given } from '../defineCases.js';

export const transposeCases = defineCases('Transpose', { smooth: true }, [
  {
    name: 'reverses by default',
    inputs: [given([2, 3], [-1.67, -1, 1, 1.67, -0.33, 0.33])],
    expected: [expect([3, 2], [-1.67, 1.67, -1, -0.33, 1, 0.33])],
  },
  {
    name: 'a cycle of three axes',
    inputs: [given([2, 3, 2], [0.17, 1.5, 0.5, -1.17, 1.83, -0.5, -0.83, 1.17, 0.83, -0.17, -1.5, -1.83])],
    attributes: { perm: [2, 0, 1] },
    expected: [expect([2, 2, 3], [0.17, 0.5, 1.83, -0.83, 0.83, -1.5, 1.5, -1.17, -0.5, 1.17, -0.17, -1.83])],
  },
  {
    name: 'rank 4',
    inputs: [given([1, 2, 3, 2], [-1.5, 1.17, 1.83, -0.83, 0.5, -1.17, -1.83, 0.83, 0.17, -0.17, -0.5, 1.5])],
    attributes: { perm: [0, 2, 3, 1] },
    expected: [expect([1, 3, 2, 2], [-1.5, -1.83, 1.17, 0.83, 1.83, 0.17, -0.83, -0.17, 0.5, -0.5, -1.17, 1.5])],
  },
  {
    name: 'rank 5',
    inputs: [given([2, 1, 2, 3, 1], [-0.17, -0.5, -1.17, -1.83, 0.5, 1.5, -0.83, 0.17, 1.83, -1.5, 0.83, 1.17])],
    attributes: { perm: [3, 1, 0, 4, 2] },
    expected: [expect([3, 1, 2, 1, 2], [-0.17, -1.83, -0.83, -1.5, -0.5, 0.5, 0.17, 0.83, -1.17, 1.5, 1.83, 1.17])],
  },
  {
    name: 'booleans',
    inputs: [given([2, 3], [1, 0, 1, 0, 0, 1], 'bool')],
    expected: [expect([3, 2], [1, 0, 0, 0, 1, 1], 'bool')],
  },
]);
