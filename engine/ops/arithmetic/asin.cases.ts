import { defineCases, mapped, spread } from '../defineCases.js';

const x = spread([2, 3], -0.9, 0.9);

export const asinCases = defineCases('Asin', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, Math.asin)] },
]);
