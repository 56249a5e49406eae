import { defineCases, mapped, spread } from '../defineCases.js';

const x = spread([2, 3], 0.2, 4);

export const logCases = defineCases('Log', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, Math.log)] },
]);
