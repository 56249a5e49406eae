import { defineCases, expect, given } from '../defineCases.js';

export const isInfCases = defineCases('IsInf', { smooth: false }, [
  {
    name: 'either sign',
    inputs: [given([4], [NaN, Infinity, -Infinity, 0])],
    expected: [expect([4], [0, 1, 1, 0], 'bool')],
    gradient: false,
  },
  {
    name: 'positive only',
    inputs: [given([3], [Infinity, -Infinity, 0])],
    attributes: { detect_negative: false },
    expected: [expect([3], [1, 0, 0], 'bool')],
    gradient: false,
  },
]);
