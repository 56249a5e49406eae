import { constant, defineCases, expect, given } from '../defineCases.js';

export const unsqueezeCases = defineCases('Unsqueeze', { smooth: true }, [
  {
    name: 'front and back',
    inputs: [given([2, 3], [0.33, -1.67, 1.67, 1, -1, -0.33]), constant([2], [0, -1])],
    expected: [expect([1, 2, 3, 1], [0.33, -1.67, 1.67, 1, -1, -0.33])],
  },
  { name: 'a scalar', inputs: [given([], [0]), constant([1], [0])], expected: [expect([1], [0])] },
  {
    name: 'axes in any order',
    inputs: [given([2], [1, -1]), constant([2], [2, 0])],
    expected: [expect([1, 2, 1], [1, -1])],
  },
]);
