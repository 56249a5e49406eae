import { defineCases, expect, given, mapped, spread } from '../defineCases.js';

const a = spread([2, 3]);

export const maxCases = defineCases('Max', { smooth: true }, [
  { name: 'one operand', inputs: [a], expected: [mapped(a, (value) => value)] },
  {
    name: 'two operands, broadcast',
    inputs: [given([2, 1], [0.5, -1.5]), given([3], [1, -2, 0])],
    expected: [expect([2, 3], [1, 0.5, 0.5, 1, -1.5, 0])],
  },
  { name: 'three operands', inputs: [a, spread([3], -2, 2, 5), given([], [0.3])] },
  {
    name: 'ties',
    inputs: [given([2], [1, 2]), given([2], [1, 3])],
    expected: [expect([2], [1, 3])],
    smooth: false,
  },
  {
    name: 'int64',
    inputs: [given([2], [1, 5], 'int64'), given([], [3], 'int64')],
    expected: [expect([2], [3, 5], 'int64')],
  },
]);
