import { defineCases, expect, given } from '../defineCases.js';

export const modCases = defineCases('Mod', { smooth: true }, [
  {
    name: 'integers take the sign of the divisor',
    inputs: [given([4], [7, -7, 7, -7], 'int64'), given([4], [3, 3, -3, -3], 'int64')],
    expected: [expect([4], [1, 2, -2, -1], 'int64')],
  },
  {
    name: 'fmod takes the sign of the dividend',
    inputs: [given([4], [7.5, -7.5, 7.5, -7.5]), given([4], [2, 2, -2, -2])],
    attributes: { fmod: 1 },
    expected: [expect([4], [1.5, -1.5, 1.5, -1.5])],
  },
  {
    name: 'fmod broadcasts',
    inputs: [given([2, 1], [5.3, -4.1]), given([2], [2, 3])],
    attributes: { fmod: 1 },
  },
]);
