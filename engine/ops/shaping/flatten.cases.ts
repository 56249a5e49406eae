import { defineCases, expect, given } from '../defineCases.js';

export const flattenCases = defineCases('Flatten', { smooth: true }, [
  {
    name: 'from axis 1',
    inputs: [given([2, 3, 2], [1.5, -1.83, -0.17, 0.83, -1.5, 0.5, -1.17, -0.83, 0.17, 1.17, -0.5, 1.83])],
    expected: [expect([2, 6], [1.5, -1.83, -0.17, 0.83, -1.5, 0.5, -1.17, -0.83, 0.17, 1.17, -0.5, 1.83])],
  },
  {
    name: 'axis 0',
    inputs: [given([2, 3], [-1.67, -1, -0.33, 1.67, 1, 0.33])],
    attributes: { axis: 0 },
    expected: [expect([1, 6], [-1.67, -1, -0.33, 1.67, 1, 0.33])],
  },
  {
    name: 'axis equal to the rank',
    inputs: [given([2, 3], [-1.67, 1.67, -0.33, 0.33, -1, 1])],
    attributes: { axis: 2 },
    expected: [expect([6, 1], [-1.67, 1.67, -0.33, 0.33, -1, 1])],
  },
  {
    name: 'a negative axis',
    inputs: [given([2, 1, 3], [0.33, -1, -1.67, -0.33, 1.67, 1])],
    attributes: { axis: -1 },
    expected: [expect([2, 3], [0.33, -1, -1.67, -0.33, 1.67, 1])],
  },
]);
