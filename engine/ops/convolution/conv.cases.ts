import { defineCases, expect, given, spread } from '../defineCases.js';

const x5 = given([1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
const small = (shape: readonly number[], seed: number): ReturnType<typeof spread> => spread(shape, -1, 1, seed);

export const convCases = defineCases('Conv', { smooth: true }, [
  {
    name: 'one plane, 2 × 2 window',
    inputs: [x5, given([1, 1, 2, 2], [1, -1, 2, 0.5]), given([1], [10])],
    expected: [expect([1, 1, 2, 2], [19.5, 22, 27, 29.5])],
  },
  {
    name: 'SAME_UPPER pads the end first',
    inputs: [x5, given([1, 1, 2, 2], [1, 1, 1, 1])],
    attributes: { auto_pad: 'SAME_UPPER' },
    expected: [expect([1, 1, 3, 3], [12, 16, 9, 24, 28, 15, 15, 17, 9])],
  },
  {
    name: 'SAME_LOWER pads the beginning first',
    inputs: [x5, given([1, 1, 2, 2], [1, 1, 1, 1])],
    attributes: { auto_pad: 'SAME_LOWER' },
    expected: [expect([1, 1, 3, 3], [1, 3, 5, 5, 12, 16, 11, 24, 28])],
  },
  {
    name: 'VALID, strided, with a remainder',
    inputs: [small([2, 2, 6, 5], 1), small([3, 2, 3, 2], 2)],
    attributes: { auto_pad: 'VALID', strides: [2, 2] },
  },
  {
    name: 'padded 3 × 3 with a bias',
    inputs: [small([2, 3, 5, 4], 1), small([2, 3, 3, 3], 2), small([2], 3)],
    attributes: { pads: [1, 1, 1, 1] },
  },
  {
    name: 'a batch of 8 sums in groups',
    inputs: [small([8, 4, 4, 4], 1), small([4, 4, 3, 3], 2)],
    attributes: { pads: [1, 1, 1, 1] },
  },
  {
    name: 'asymmetric pads',
    inputs: [small([1, 3, 4, 5], 1), small([2, 3, 3, 3], 2)],
    attributes: { pads: [0, 2, 1, 1] },
  },
  {
    name: 'more padding than the window reaches',
    inputs: [small([1, 1, 3, 3], 1), small([1, 1, 2, 2], 2)],
    attributes: { pads: [2, 3, 2, 3] },
  },
  {
    name: 'strided and padded',
    inputs: [small([2, 3, 6, 6], 1), small([4, 3, 3, 3], 2)],
    attributes: { strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  {
    name: 'dilated',
    inputs: [small([1, 2, 7, 6], 1), small([2, 2, 3, 2], 2)],
    attributes: { dilations: [2, 3], pads: [1, 0, 1, 0] },
  },
  {
    name: 'dilated and strided',
    inputs: [small([1, 2, 8, 8], 1), small([2, 2, 2, 2], 2)],
    attributes: { dilations: [3, 2], strides: [2, 3] },
  },
  {
    name: 'two groups',
    inputs: [small([2, 4, 4, 4], 1), small([6, 2, 3, 3], 2), small([6], 3)],
    attributes: { group: 2, pads: [1, 1, 1, 1] },
  },
  {
    name: 'depthwise, strided',
    inputs: [small([2, 3, 5, 5], 1), small([3, 1, 3, 3], 2)],
    attributes: { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  { name: 'pointwise', inputs: [small([2, 3, 3, 2], 1), small([4, 3, 1, 1], 2), small([4], 3)] },
  {
    name: 'pointwise, strided',
    inputs: [small([2, 3, 5, 4], 1), small([2, 3, 1, 1], 2)],
    attributes: { strides: [2, 2] },
  },
  {
    name: '1-d, strided',
    inputs: [small([2, 2, 9], 1), small([3, 2, 3], 2), small([3], 3)],
    attributes: { strides: [2], pads: [1, 0] },
  },
  {
    name: '1-d, causal and dilated',
    inputs: [small([1, 2, 7], 1), small([2, 2, 2], 2)],
    attributes: { dilations: [3], pads: [3, 0] },
  },
  {
    name: '3-d',
    inputs: [small([1, 2, 3, 4, 3], 1), small([2, 2, 2, 2, 2], 2)],
    attributes: { strides: [1, 2, 1], pads: [0, 1, 0, 1, 1, 0] },
  },
]);
