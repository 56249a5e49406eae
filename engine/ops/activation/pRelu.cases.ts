import { awayFromZero, defineCases, expect, given, spread } from '../defineCases.js';

export const pReluCases = defineCases('PRelu', { smooth: true }, [
  {
    name: 'a slope for each channel',
    inputs: [given([2, 2, 1], [1, -2, -3, 0.5]), given([2, 1], [0.1, 0.2])],
    expected: [expect([2, 2, 1], [1, -0.4, -0.3, 0.5])],
  },
  { name: 'one slope', inputs: [awayFromZero([2, 3]), given([1], [0.25])] },
  { name: 'a slope for each element', inputs: [awayFromZero([2, 3]), spread([2, 3], 0.1, 0.9)] },
]);
