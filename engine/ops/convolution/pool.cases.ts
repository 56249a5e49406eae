import { defineCases, expect, given, spread } from '../defineCases.js';

const plane = given([1, 1, 3, 4], [1, 5, 2, 0, 3, 4, 8, 7, 6, 9, -1, -2]);
const tied = given([1, 1, 2, 4], [3, 3, 1, 2, 3, 3, 2, 2]);

export const maxPoolCases = defineCases('MaxPool', { smooth: true }, [
  { name: '2 × 2 tiles', inputs: [spread([2, 3, 4, 6])], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  {
    name: 'ties take the first, with indices',
    inputs: [tied],
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    outputs: 2,
    expected: [expect([1, 1, 1, 2], [3, 2]), expect([1, 1, 1, 2], [0, 3], 'int64')],
    gradient: false,
  },
  {
    name: 'overlapping',
    inputs: [plane],
    attributes: { kernel_shape: [2, 2] },
    expected: [expect([1, 1, 2, 3], [5, 8, 8, 9, 9, 8])],
  },
  {
    name: 'overlapping, padded, strided',
    inputs: [spread([2, 2, 7, 6])],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  { name: 'dilated', inputs: [spread([1, 2, 6, 6])], attributes: { kernel_shape: [2, 3], dilations: [2, 2] } },
  {
    name: 'ceil_mode keeps a partial last window',
    inputs: [plane],
    attributes: { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: true },
    expected: [expect([1, 1, 2, 2], [5, 8, 9, -1])],
  },
  {
    name: 'SAME_LOWER',
    inputs: [spread([1, 1, 5, 4])],
    attributes: { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_LOWER' },
  },
  { name: '1-d', inputs: [spread([2, 2, 9])], attributes: { kernel_shape: [3], strides: [2] } },
  { name: '3-d', inputs: [spread([1, 2, 4, 4, 4])], attributes: { kernel_shape: [2, 2, 2], strides: [2, 2, 2] } },
]);

export const averagePoolCases = defineCases('AveragePool', { smooth: true }, [
  {
    name: 'overlapping',
    inputs: [plane],
    attributes: { kernel_shape: [2, 2] },
    expected: [expect([1, 1, 2, 3], [3.25, 4.75, 4.25, 5.5, 5, 3])],
  },
  {
    name: 'padding does not count',
    inputs: [given([1, 1, 2, 2], [1, 2, 3, 6])],
    attributes: { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1] },
    expected: [expect([1, 1, 2, 2], [1, 2, 3, 6])],
  },
  {
    name: 'padding counts with count_include_pad',
    inputs: [given([1, 1, 2, 2], [1, 2, 3, 6])],
    attributes: { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1], count_include_pad: true },
    expected: [expect([1, 1, 2, 2], [0.25, 0.5, 0.75, 1.5])],
  },
  { name: 'tiles', inputs: [spread([2, 3, 4, 6])], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  {
    name: 'ceil_mode, padded',
    inputs: [spread([1, 2, 6, 6])],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: true },
  },
  { name: 'dilated', inputs: [spread([1, 2, 6, 6])], attributes: { kernel_shape: [2, 2], dilations: [2, 3] } },
  { name: '1-d', inputs: [spread([2, 2, 7])], attributes: { kernel_shape: [3], strides: [2], pads: [1, 1] } },
  { name: '3-d', inputs: [spread([1, 2, 4, 4, 4])], attributes: { kernel_shape: [2, 2, 2], strides: [2, 2, 2] } },
]);

export const globalAveragePoolCases = defineCases('GlobalAveragePool', { smooth: true }, [
  { name: 'a plane', inputs: [given([1, 2, 1, 2], [1, 2, 3, 7])], expected: [expect([1, 2, 1, 1], [1.5, 5])] },
  { name: '1-d', inputs: [spread([2, 3, 4])] },
  { name: 'a large plane', inputs: [spread([1, 1, 17, 16])] },
]);

export const globalMaxPoolCases = defineCases('GlobalMaxPool', { smooth: true }, [
  { name: 'a plane', inputs: [given([1, 2, 1, 2], [1, 2, 3, -7])], expected: [expect([1, 2, 1, 1], [2, 3])] },
  { name: 'negative numbers', inputs: [spread([2, 3, 4], -3, -1)] },
]);

export const lpPoolCases = defineCases('LpPool', { smooth: true }, [
  {
    name: 'Euclidean tiles',
    inputs: [given([1, 1, 1, 4], [3, 4, -6, 8])],
    attributes: { kernel_shape: [1, 2], strides: [1, 2] },
    expected: [expect([1, 1, 1, 2], [5, 10])],
  },
  { name: 'p 3, overlapping', inputs: [spread([1, 2, 4, 4])], attributes: { kernel_shape: [2, 2], p: 3 } },
  { name: 'p 1', inputs: [spread([1, 2, 4, 4])], attributes: { kernel_shape: [2, 2], p: 1 }, smooth: false },
]);

export const globalLpPoolCases = defineCases('GlobalLpPool', { smooth: true }, [
  { name: 'Euclidean', inputs: [given([1, 2, 1, 2], [3, 4, 6, -8])], expected: [expect([1, 2, 1, 1], [5, 10])] },
  { name: 'p 3', inputs: [spread([2, 2, 3])], attributes: { p: 3 } },
]);
