import { defineCases, given, mapped } from '../defineCases.js';

const x = given([6], [-4, -2, -0.3, 0.4, 2.2, 3]);

export const hardSigmoidCases = defineCases('HardSigmoid', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, (v) => Math.max(0, Math.min(1, 0.2 * v + 0.5)))] },
  {
    name: 'given attributes',
    inputs: [x],
    attributes: { alpha: 0.5, beta: 0.3 },
    expected: [mapped(x, (v) => Math.max(0, Math.min(1, 0.5 * v + 0.3)))],
  },
]);
