import { defineCases, expect, given, mapped, spread } from '../defineCases.js';

const x = spread([2, 3]);
const far = given([4], [-100, -30, 30, 100]);

export const geluCases = defineCases('Gelu', { smooth: true }, [
  {
    name: 'exact',
    inputs: [given([5], [-2, -0.5, 0, 0.5, 1])],
    // v·Φ(v), Φ from tables of the normal distribution
    expected: [expect([5], [-0.0455002639, -0.1542687694, 0, 0.3457312306, 0.8413447461])],
  },
  { name: 'exact, a matrix', inputs: [spread([2, 3])] },
  {
    name: 'by tanh',
    inputs: [x],
    attributes: { approximate: 'tanh' },
    expected: [mapped(x, (v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3))))],
  },
  {
    name: 'far from the origin',
    inputs: [far],
    expected: [mapped(far, (v) => Math.max(v, 0))],
  },
  {
    name: 'by tanh, far from the origin',
    inputs: [far],
    attributes: { approximate: 'tanh' },
    expected: [mapped(far, (v) => Math.max(v, 0))],
  },
]);
