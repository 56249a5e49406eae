import { awayFromZero, defineCases, given, mapped } from '../defineCases.js';

const x = awayFromZero([2, 3]);
const far = given([4], [-100, -30, 30, 100]);

export const eluCases = defineCases('Elu', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, (v) => (v < 0 ? Math.expm1(v) : v))] },
  {
    name: 'given attributes',
    inputs: [x],
    attributes: { alpha: 0.5 },
    expected: [mapped(x, (v) => (v < 0 ? 0.5 * Math.expm1(v) : v))],
  },
  {
    name: 'far from the origin',
    inputs: [far],
    expected: [mapped(far, (v) => (v < 0 ? Math.expm1(v) : v))],
  },
]);
