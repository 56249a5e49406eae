import { defineCases, given, mapped } from '../defineCases.js';

const x = given([5], [-1.5, 0.2, 0.8, 1.3, 2.5]);

export const thresholdedReluCases = defineCases('ThresholdedRelu', { smooth: true }, [
  { name: 'a matrix', inputs: [x], expected: [mapped(x, (v) => (v > 1 ? v : 0))] },
  {
    name: 'given attributes',
    inputs: [x],
    attributes: { alpha: 0.5 },
    expected: [mapped(x, (v) => (v > 0.5 ? v : 0))],
  },
]);
