import { constant, defineCases, expect, given } from '../defineCases.js';

export const dropoutCases = defineCases('Dropout', { smooth: true }, [
  { name: 'inference', inputs: [given([2], [1, -2])], expected: [expect([2], [1, -2])] },
  {
    name: 'a ratio, switched off',
    inputs: [given([2], [1, -2]), constant([], [0.5], 'float32'), constant([], [0], 'bool')],
    outputs: 2,
    expected: [expect([2], [1, -2]), expect([2], [1, 1], 'bool')],
  },
]);
