import { awayFromZero, defineCases, mapped } from '../defineCases.js';

const x = awayFromZero([2, 3], 0.4);

export const reciprocalCases = defineCases('Reciprocal', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, (value) => 1 / value)] },
]);
