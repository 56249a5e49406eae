import { defineCases, given, mapped, spread } from '../defineCases.js';

const x = spread([2, 3]);

export const expCases = defineCases('Exp', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, Math.exp)] },
  { name: 'a scalar', inputs: [given([], [0.7])] },
]);
