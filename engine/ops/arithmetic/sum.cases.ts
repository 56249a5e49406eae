import { defineCases, expect, given, mapped, spread } from '../defineCases.js';

const a = spread([2, 3]);

export const sumCases = defineCases('Sum', { smooth: true }, [
  { name: 'one operand', inputs: [a], expected: [mapped(a, (value) => value)] },
  {
    name: 'three operands, broadcast',
    inputs: [given([2, 1], [1, 2]), given([3], [3, 6, 9]), given([], [-1])],
    expected: [expect([2, 3], [3, 6, 9, 4, 7, 10])],
  },
]);
