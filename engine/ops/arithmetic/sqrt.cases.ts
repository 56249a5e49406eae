import { defineCases, mapped, spread } from '../defineCases.js';

const x = spread([2, 3], 0.2, 4);

export const sqrtCases = defineCases('Sqrt', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, Math.sqrt)] },
]);
