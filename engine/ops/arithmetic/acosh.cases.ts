import { defineCases, mapped, spread } from '../defineCases.js';

const x = spread([2, 3], 1.2, 4);

export const acoshCases = defineCases('Acosh', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, Math.acosh)] },
]);
