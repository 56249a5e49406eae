import { constant, defineCases, expect, given } from '../defineCases.js';

export const squeezeCases = defineCases('Squeeze', { smooth: true }, [
  {
    name: 'given axes',
    inputs: [given([1, 3, 1], [0, 1.33, -1.33]), constant([1], [-1])],
    expected: [expect([1, 3], [0, 1.33, -1.33])],
  },
  {
    name: 'every axis of size 1',
    inputs: [given([1, 2, 1, 2], [1.5, -0.5, 0.5, -1.5])],
    expected: [expect([2, 2], [1.5, -0.5, 0.5, -1.5])],
  },
  {
    name: 'two axes in any order',
    inputs: [given([1, 2, 1], [-1, 1]), constant([2], [2, 0])],
    expected: [expect([2], [-1, 1])],
  },
]);
