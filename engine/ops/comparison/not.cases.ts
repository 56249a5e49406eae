import { defineCases, expect, given } from '../defineCases.js';

export const notCases = defineCases('Not', { smooth: false }, [
  { name: 'both values', inputs: [given([2], [0, 1], 'bool')], expected: [expect([2], [1, 0], 'bool')] },
]);
