import { defineCases, given, mapped, spread } from '../defineCases.js';

const x = spread([2, 3]);
const far = given([4], [-100, -30, 30, 100]);

export const tanhCases = defineCases('Tanh', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, Math.tanh)] },
  {
    name: 'far from the origin',
    inputs: [far],
    expected: [mapped(far, Math.tanh)],
  },
]);
