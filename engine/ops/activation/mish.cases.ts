import { defineCases, given, mapped, spread } from '../defineCases.js';

const x = spread([2, 3], -4, 4);
const far = given([4], [-100, -30, 30, 100]);

export const mishCases = defineCases('Mish', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, (v) => v * Math.tanh(Math.log1p(Math.exp(v))))] },
  {
    name: 'far from the origin',
    inputs: [far],
    expected: [mapped(far, (v) => v * Math.tanh(Math.log1p(Math.exp(v))))],
  },
]);
