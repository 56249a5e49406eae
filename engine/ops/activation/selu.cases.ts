import { awayFromZero, defineCases, given, mapped } from '../defineCases.js';

const x = awayFromZero([2, 3]);
const far = given([4], [-100, -30, 30, 100]);

export const seluCases = defineCases('Selu', { smooth: true }, [
  {
    name: 'a matrix',
    inputs: [x],
    expected: [mapped(x, (v) => 1.0507010221481323 * (v < 0 ? 1.6732631921768188 * Math.expm1(v) : v))],
  },
  {
    name: 'given attributes',
    inputs: [x],
    attributes: { alpha: 2, gamma: 0.5 },
    expected: [mapped(x, (v) => 0.5 * (v < 0 ? 2 * Math.expm1(v) : v))],
  },
  {
    name: 'far from the origin',
    inputs: [far],
    expected: [mapped(far, (v) => 1.0507010221481323 * (v < 0 ? 1.6732631921768188 * Math.expm1(v) : v))],
  },
]);
