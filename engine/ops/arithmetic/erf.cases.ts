import { defineCases, expect, given, spread } from '../defineCases.js';

export const erfCases = defineCases('Erf', { smooth: true }, [
  {
    name: 'tabulated values',
    inputs: [given([6], [-2, -0.5, 0, 0.5, 1, 3])],
    // Abramowitz and Stegun, table 7.1
    expected: [expect([6], [-0.995322265, -0.5204998778, 0, 0.5204998778, 0.8427007929, 0.9999779095])],
  },
  { name: 'a matrix', inputs: [spread([2, 3])] },
]);
