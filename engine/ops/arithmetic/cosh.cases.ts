import { defineCases, mapped, spread } from '../defineCases.js';

const x = spread([2, 3]);

export const coshCases = defineCases('Cosh', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, Math.cosh)] },
]);
