import { defineCases, expect, given, spread } from '../defineCases.js';

const half = 1.2247448714; // √1.5: what ±1, 0 become when standardised
const channels = (seed: number): ReturnType<typeof spread> => spread([3], 0.5, 1.5, seed);

export const batchNormalizationCases = defineCases('BatchNormalization', { smooth: true }, [
  {
    name: 'by running statistics',
    inputs: [
      given([2, 2], [1, 2, 3, 4]),
      given([2], [2, 1]),
      given([2], [0, 1]),
      given([2], [1, 2]),
      given([2], [4, 0.25]),
    ],
    attributes: { epsilon: 0 },
    expected: [expect([2, 2], [0, 1, 2, 5])],
  },
  {
    name: 'running statistics of planes',
    inputs: [spread([2, 3, 2, 3]), channels(2), channels(3), channels(4), channels(5)],
  },
  {
    name: "by the batch's own statistics",
    inputs: [given([3, 1, 1], [1, 2, 3]), given([1], [2]), given([1], [1]), given([1], [10]), given([1], [20])],
    attributes: { training_mode: true, epsilon: 0, momentum: 0.75 },
    outputs: 3,
    // mean 2, population variance 2/3; running' = 0.75·running + 0.25·batch
    expected: [expect([3, 1, 1], [1 - 2 * half, 1, 1 + 2 * half]), expect([1], [8]), expect([1], [15 + 1 / 6])],
  },
  {
    name: 'training on planes',
    inputs: [spread([2, 3, 2, 3]), channels(2), channels(3), channels(4), channels(5)],
    attributes: { training_mode: true },
    outputs: 3,
  },
  {
    name: 'training with momentum 0 reuses the batch statistics',
    inputs: [spread([2, 3, 2, 3]), channels(2), channels(3), channels(4), channels(5)],
    attributes: { training_mode: true, momentum: 0 },
    outputs: 3,
  },
]);

export const instanceNormalizationCases = defineCases('InstanceNormalization', { smooth: true }, [
  {
    name: 'a row',
    inputs: [given([1, 1, 3], [1, 2, 3]), given([1], [2]), given([1], [1])],
    attributes: { epsilon: 0 },
    expected: [expect([1, 1, 3], [1 - 2 * half, 1, 1 + 2 * half])],
  },
  { name: 'planes', inputs: [spread([2, 3, 3, 2]), channels(2), channels(3)] },
]);

export const layerNormalizationCases = defineCases('LayerNormalization', { smooth: true }, [
  {
    name: 'a row',
    inputs: [given([1, 3], [1, 2, 3]), given([3], [1, 2, 3]), given([3], [0, 0, 1])],
    attributes: { epsilon: 0 },
    expected: [expect([1, 3], [-half, 0, 1 + 3 * half])],
  },
  {
    name: 'with its statistics',
    inputs: [spread([2, 2, 4]), spread([4], 0.5, 1.5, 2), spread([4], -1, 1, 3)],
    outputs: 3,
  },
  { name: 'several axes, no bias', inputs: [spread([2, 3, 2]), spread([3, 2], 0.5, 1.5, 2)], attributes: { axis: 1 } },
  {
    name: 'a scale that broadcasts',
    inputs: [spread([2, 2, 3]), spread([2, 1], 0.5, 1.5, 2)],
    attributes: { axis: -2 },
  },
]);

// stash_type 11: the statistics in float64, so that the numeric gradient is not rounded to float32.
export const groupNormalizationCases = defineCases('GroupNormalization', { smooth: true }, [
  {
    name: 'two groups',
    inputs: [spread([2, 4, 2, 2]), spread([4], 0.5, 1.5, 2), spread([4], -1, 1, 3)],
    attributes: { num_groups: 2, stash_type: 11 },
  },
  {
    name: 'one group',
    inputs: [spread([2, 3, 4]), channels(2), channels(3)],
    attributes: { num_groups: 1, stash_type: 11 },
  },
  {
    name: 'three numbers a group',
    inputs: [given([1, 1, 3], [1, 2, 3]), given([1], [2]), given([1], [1])],
    attributes: { num_groups: 1, epsilon: 0, stash_type: 11 },
    expected: [expect([1, 1, 3], [1 - 2 * half, 1, 1 + 2 * half])],
  },
]);

export const rmsNormalizationCases = defineCases('RMSNormalization', { smooth: true }, [
  {
    name: 'a row',
    inputs: [given([1, 2], [1, 7]), given([2], [5, 10])],
    attributes: { epsilon: 0 },
    expected: [expect([1, 2], [1, 14])],
  },
  { name: 'a batch', inputs: [spread([2, 3, 4]), spread([4], 0.5, 1.5, 2)] },
  { name: 'several axes', inputs: [spread([2, 3, 2]), spread([3, 2], 0.5, 1.5, 2)], attributes: { axis: 1 } },
]);

export const lrnCases = defineCases('LRN', { smooth: true }, [
  {
    name: 'three channels',
    inputs: [given([1, 3, 1, 1], [1, 2, 3])],
    attributes: { size: 3, alpha: 3, beta: 1, bias: 0 },
    // sums of squares: 5, 14, 13
    expected: [expect([1, 3, 1, 1], [1 / 5, 2 / 14, 3 / 13])],
  },
  {
    name: 'planes, a wide window',
    inputs: [spread([2, 5, 2, 2])],
    attributes: { size: 5, alpha: 0.5, beta: 0.75, bias: 1 },
  },
]);

export const meanVarianceNormalizationCases = defineCases('MeanVarianceNormalization', { smooth: true }, [
  { name: 'each channel', inputs: [spread([2, 3, 2, 2])] },
  {
    name: 'each example',
    inputs: [given([1, 1, 1, 3], [1, 2, 3])],
    attributes: { axes: [1, 2, 3] },
    expected: [expect([1, 1, 1, 3], [-half, 0, half])],
  },
]);

export const lpNormalizationCases = defineCases('LpNormalization', { smooth: true }, [
  { name: 'Euclidean', inputs: [given([2, 2], [3, 4, -6, 8])], expected: [expect([2, 2], [0.6, 0.8, -0.6, 0.8])] },
  {
    name: 'Manhattan, the first axis',
    inputs: [given([2, 2], [1, 4, -3, 4])],
    attributes: { axis: 0, p: 1 },
    expected: [expect([2, 2], [0.25, 0.5, -0.75, 0.5])],
    smooth: false,
  },
  { name: 'a middle axis', inputs: [spread([2, 3, 2])], attributes: { axis: 1 } },
]);
