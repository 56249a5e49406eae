import { defineCases, expect, given } from '../defineCases.js';

export const clipCases = defineCases('Clip', { smooth: true }, [
  {
    name: 'both limits',
    inputs: [given([5], [-3, -0.5, 0.2, 0.8, 4]), given([], [-1]), given([], [1])],
    expected: [expect([5], [-1, -0.5, 0.2, 0.8, 1])],
  },
  { name: 'a lower limit', inputs: [given([3], [-3, 0.5, 2]), given([], [-1])], expected: [expect([3], [-1, 0.5, 2])] },
  {
    name: 'an upper limit',
    inputs: [given([3], [-3, 0.5, 2]), undefined, given([], [1])],
    expected: [expect([3], [-3, 0.5, 1])],
  },
  { name: 'no limits', inputs: [given([3], [-3, 0.5, 2])], expected: [expect([3], [-3, 0.5, 2])] },
  {
    name: 'crossed limits',
    inputs: [given([3], [-3, 0.5, 2]), given([], [1]), given([], [-1])],
    expected: [expect([3], [-1, -1, -1])],
  },
  {
    name: 'int8',
    inputs: [given([3], [-3, 0, 2], 'int8'), given([], [-1], 'int8'), given([], [1], 'int8')],
    expected: [expect([3], [-1, 0, 1], 'int8')],
  },
]);
