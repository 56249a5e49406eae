import { defineCases, expect, given } from '../defineCases.js';

export const roundCases = defineCases('Round', { smooth: false }, [
  {
    name: 'halves to even',
    inputs: [given([6], [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])],
    expected: [expect([6], [-2, -2, 0, 0, 2, 2])],
    gradient: false,
  },
  { name: 'between halves', inputs: [given([3], [0.3, 1.8, -1.2])], expected: [expect([3], [0, 2, -1])] },
]);
