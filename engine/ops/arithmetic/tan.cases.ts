import { defineCases, mapped, spread } from '../defineCases.js';

const x = spread([2, 3], -1.2, 1.2);

export const tanCases = defineCases('Tan', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, Math.tan)] },
]);
