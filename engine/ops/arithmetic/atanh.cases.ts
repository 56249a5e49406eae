import { defineCases, mapped, spread } from '../defineCases.js';

const x = spread([2, 3], -0.9, 0.9);

export const atanhCases = defineCases('Atanh', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, Math.atanh)] },
]);
