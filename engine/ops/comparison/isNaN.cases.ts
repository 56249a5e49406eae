import { defineCases, expect, given } from '../defineCases.js';

export const isNaNCases = defineCases('IsNaN', { smooth: false }, [
  {
    name: 'NaN among numbers',
    inputs: [given([3], [NaN, Infinity, 0])],
    expected: [expect([3], [1, 0, 0], 'bool')],
    gradient: false,
  },
]);
