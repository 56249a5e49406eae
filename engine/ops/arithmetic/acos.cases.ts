import { defineCases, mapped, spread } from '../defineCases.js';

const x = spread([2, 3], -0.9, 0.9);

export const acosCases = defineCases('Acos', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, Math.acos)] },
]);
