import { awayFromZero, constant, defineCases, expect, given, spread } from '../defineCases.js';

export const powCases = defineCases('Pow', { smooth: true }, [
  {
    name: 'positive bases, any exponents',
    inputs: [spread([2, 3], 0.3, 3), spread([3], -2, 3, 2)],
  },
  {
    name: 'a constant square',
    inputs: [given([4], [-2, -0.5, 0, 3]), constant([], [2], 'float32')],
    expected: [expect([4], [4, 0.25, 0, 9])],
  },
  { name: 'a constant cube of negative bases', inputs: [awayFromZero([2, 3]), constant([], [3], 'float32')] },
  { name: 'a constant square root', inputs: [spread([2, 3], 0.3, 3), constant([], [0.5], 'float32')] },
  { name: 'a constant exponent of 1', inputs: [spread([3]), constant([1], [1], 'float32')] },
  {
    name: 'a constant exponent of 0',
    inputs: [spread([3]), constant([1], [0], 'float32')],
    expected: [expect([3], [1, 1, 1])],
  },
  {
    name: 'integer exponents of negative bases',
    inputs: [given([3], [-2, -0.5, 3]), constant([3], [2, 3, -1])],
    expected: [expect([3], [4, -0.125, 1 / 3])],
  },
  { name: 'broadcasts both operands', inputs: [spread([2, 1], 0.5, 2), spread([3], -1, 2, 3)] },
]);
