import { awayFromZero, defineCases, mapped } from '../defineCases.js';

const x = awayFromZero([2, 3]);

export const leakyReluCases = defineCases('LeakyRelu', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, (v) => (v < 0 ? 0.01 * v : v))] },
  {
    name: 'given attributes',
    inputs: [x],
    attributes: { alpha: 0.3 },
    expected: [mapped(x, (v) => (v < 0 ? 0.3 * v : v))],
  },
]);
