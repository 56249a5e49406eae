import { defineCases, expect, given, mapped, spread } from '../defineCases.js';

const x = spread([2, 3]);

export const negCases = defineCases('Neg', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, (value) => -value)] },
  { name: 'int32', inputs: [given([3], [1, -2, 0], 'int32')], expected: [expect([3], [-1, 2, 0], 'int32')] },
]);
