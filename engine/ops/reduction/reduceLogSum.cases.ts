import { constant, defineCases, expect, given } from '../defineCases.js';

export const reduceLogSumCases = defineCases('ReduceLogSum', { smooth: true }, [
  {
    name: 'one negative axis, kept',
    inputs: [
      given([2, 3, 2], [0.42, 0.28, 1.18, 1.02, 1.92, 0.57, 1.62, 0.88, 0.73, 1.78, 1.32, 1.48]),
      constant([1], [-1]),
    ],
    expected: [expect([2, 3, 1], [-0.35667494, 0.7884573, 0.9122827, 0.91629076, 0.9202827, 1.0296195])],
  },
  {
    name: 'two axes, dropped',
    inputs: [
      given([2, 3, 2], [0.57, 1.18, 1.48, 1.92, 0.42, 1.78, 0.88, 0.73, 1.32, 0.28, 1.62, 1.02]),
      constant([2], [0, 2]),
    ],
    attributes: { keepdims: false },
    expected: [expect([3], [1.211941, 1.609438, 1.5769148])],
  },
  {
    name: 'all axes when none are given',
    inputs: [given([2, 3], [1.55, 0.95, 1.85, 1.25, 0.35, 0.65])],
    attributes: { keepdims: false },
    expected: [expect([], [1.8870697])],
  },
  {
    name: 'empty axes that mean nothing to do',
    inputs: [given([2, 2], [0.43, 1.78, 0.88, 1.32]), constant([0], [])],
    attributes: { noop_with_empty_axes: true },
    expected: [expect([2, 2], [-0.84397006, 0.57661337, -0.12783337, 0.27763176])],
  },
  {
    name: 'rank 5',
    inputs: [
      given([2, 1, 2, 1, 3], [1.18, 1.02, 0.88, 0.42, 0.28, 1.78, 1.32, 0.73, 1.92, 1.48, 1.62, 0.57]),
      constant([2], [1, 4]),
    ],
    attributes: { keepdims: false },
    expected: [expect([2, 2, 1], [1.1249295, 0.90825856, 1.3787662, 1.3001916])],
  },
]);
