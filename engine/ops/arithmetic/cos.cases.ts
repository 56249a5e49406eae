import { defineCases, mapped, spread } from '../defineCases.js';

const x = spread([2, 3]);

export const cosCases = defineCases('Cos', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, Math.cos)] },
]);
