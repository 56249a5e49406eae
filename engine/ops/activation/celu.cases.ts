import { awayFromZero, defineCases, given, mapped } from '../defineCases.js';

const x = awayFromZero([2, 3]);
const far = given([4], [-100, -30, 30, 100]);

export const celuCases = defineCases('Celu', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, (v) => (v < 0 ? Math.expm1(v) : v))] },
  {
    name: 'given attributes',
    inputs: [x],
    attributes: { alpha: 2 },
    expected: [mapped(x, (v) => (v < 0 ? 2 * Math.expm1(v / 2) : v))],
  },
  {
    name: 'far from the origin',
    inputs: [far],
    expected: [mapped(far, (v) => (v < 0 ? Math.expm1(v) : v))],
  },
]);
