import { constant, defineCases, expect, given } from '../defineCases.js';

export const tileCases = defineCases('Tile', { smooth: true }, [
  {
    name: 'two axes',
    inputs: [given([2, 3], [-1.67, -0.33, 0.33, -1, 1.67, 1]), constant([2], [2, 2])],
    expected: [
      expect(
        [4, 6],
        [
          -1.67, -0.33, 0.33, -1.67, -0.33, 0.33, -1, 1.67, 1, -1, 1.67, 1, -1.67, -0.33, 0.33, -1.67, -0.33, 0.33, -1,
          1.67, 1, -1, 1.67, 1,
        ],
      ),
    ],
  },
  {
    name: 'one axis of rank 3',
    inputs: [given([1, 2, 2], [-0.5, 1.5, 0.5, -1.5]), constant([3], [1, 3, 1])],
    expected: [expect([1, 6, 2], [-0.5, 1.5, 0.5, -1.5, -0.5, 1.5, 0.5, -1.5, -0.5, 1.5, 0.5, -1.5])],
  },
  {
    name: 'once',
    inputs: [given([2, 2], [-1.5, -0.5, 0.5, 1.5]), constant([2], [1, 1])],
    expected: [expect([2, 2], [-1.5, -0.5, 0.5, 1.5])],
  },
  {
    name: 'integers',
    inputs: [given([2], [1, 2], 'int64'), constant([1], [3])],
    expected: [expect([6], [1, 2, 1, 2, 1, 2], 'int64')],
  },
]);
