import { defineCases, expect, given } from '../defineCases.js';

export const signCases = defineCases('Sign', { smooth: false }, [
  { name: 'both signs', inputs: [given([3], [-1.7, 0.3, 4])], expected: [expect([3], [-1, 1, 1])] },
  { name: 'zero', inputs: [given([1], [0])], expected: [expect([1], [0])], gradient: false },
]);
