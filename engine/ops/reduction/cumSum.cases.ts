import { constant, defineCases, expect, given } from '../defineCases.js';

export const cumSumCases = defineCases('CumSum', { smooth: true }, [
  {
    name: 'along the last axis',
    inputs: [given([2, 4], [-1.75, 0.75, -0.75, -1.25, 0.25, -0.25, 1.25, 1.75]), constant([], [-1])],
    expected: [expect([2, 4], [-1.75, -1, -1.75, -3, 0.25, 0, 1.25, 3])],
  },
  {
    name: 'exclusive',
    inputs: [given([2, 4], [-0.25, -0.75, -1.75, -1.25, 0.75, 1.75, 1.25, 0.25]), constant([], [1])],
    attributes: { exclusive: true },
    expected: [expect([2, 4], [0, -0.25, -1, -2.75, 0, 0.75, 2.5, 3.75])],
  },
  {
    name: 'reversed',
    inputs: [given([3, 2], [1.67, 0.33, -0.33, 1, -1, -1.67]), constant([], [0])],
    attributes: { reverse: true },
    expected: [expect([3, 2], [0.3399999, -0.33999994, -1.33, -0.66999996, -1, -1.67])],
  },
  {
    name: 'exclusive and reversed',
    inputs: [
      given([2, 3, 2], [0.5, 1.17, 1.5, -1.83, -0.83, -1.5, 0.83, 1.83, -0.17, -0.5, -1.17, 0.17]),
      constant([], [1]),
    ],
    attributes: { exclusive: true, reverse: true },
    expected: [expect([2, 3, 2], [0.67, -3.33, -0.83, -1.5, 0, 0, -1.3399999, -0.32999998, -1.17, 0.17, 0, 0])],
  },
  {
    name: 'integers',
    inputs: [given([3], [1, 2, 3], 'int64'), constant([], [0])],
    expected: [expect([3], [1, 3, 6], 'int64')],
  },
]);
