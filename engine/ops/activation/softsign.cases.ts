import { awayFromZero, defineCases, given, mapped } from '../defineCases.js';

const x = awayFromZero([2, 3]);
const far = given([4], [-100, -30, 30, 100]);

export const softsignCases = defineCases('Softsign', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, (v) => v / (1 + Math.abs(v)))] },
  {
    name: 'far from the origin',
    inputs: [far],
    expected: [mapped(far, (v) => v / (1 + Math.abs(v)))],
  },
]);
