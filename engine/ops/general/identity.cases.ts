import { defineCases, expect, given } from '../defineCases.js';

export const identityCases = defineCases('Identity', { smooth: true }, [
  { name: 'a matrix', inputs: [given([2, 1], [1, 2])], expected: [expect([2, 1], [1, 2])] },
]);
