import { constant, defineCases, expect, given } from '../defineCases.js';

export const splitCases = defineCases('Split', { smooth: true }, [
  {
    name: 'given lengths',
    inputs: [given([2, 5], [0.6, -0.2, -0.6, 1, 1.8, 0.2, -1, -1.4, 1.4, -1.8]), constant([2], [2, 3])],
    attributes: { axis: 1 },
    outputs: 2,
    expected: [expect([2, 2], [0.6, -0.2, 0.2, -1]), expect([2, 3], [-0.6, 1, 1.8, -1.4, 1.4, -1.8])],
  },
  {
    name: 'equal pieces',
    inputs: [given([4, 2], [-1.25, 1.75, 1.25, -1.75, 0.25, -0.25, -0.75, 0.75])],
    attributes: { num_outputs: 2 },
    outputs: 2,
    expected: [expect([2, 2], [-1.25, 1.75, 1.25, -1.75]), expect([2, 2], [0.25, -0.25, -0.75, 0.75])],
  },
  {
    name: 'the last of num_outputs pieces is shorter',
    inputs: [given([2, 7], [-1, -0.14, 0.71, -0.43, 0.14, 1.57, -1.86, -0.71, -1.57, 1.29, -1.29, 1, 1.86, 0.43])],
    attributes: { axis: -1, num_outputs: 3 },
    outputs: 3,
    expected: [
      expect([2, 3], [-1, -0.14, 0.71, -0.71, -1.57, 1.29]),
      expect([2, 3], [-0.43, 0.14, 1.57, -1.29, 1, 1.86]),
      expect([2, 1], [-1.86, 0.43]),
    ],
  },
  {
    name: 'one piece',
    inputs: [given([2, 2], [0.5, -1.5, -0.5, 1.5]), constant([1], [2])],
    expected: [expect([2, 2], [0.5, -1.5, -0.5, 1.5])],
  },
]);
