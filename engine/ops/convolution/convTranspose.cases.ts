import { defineCases, expect, given, spread } from '../defineCases.js';

const small = (shape: readonly number[], seed: number): ReturnType<typeof spread> => spread(shape, -1, 1, seed);

export const convTransposeCases = defineCases('ConvTranspose', { smooth: true }, [
  {
    name: 'one plane at stride 2',
    inputs: [given([1, 1, 1, 2], [1, 2]), given([1, 1, 2, 2], [1, 2, 3, 4])],
    attributes: { strides: [2, 2] },
    expected: [expect([1, 1, 2, 4], [1, 2, 2, 4, 3, 4, 6, 8])],
  },
  {
    name: 'padded, with a bias',
    inputs: [small([2, 3, 3, 4], 1), small([3, 2, 3, 3], 2), small([2], 3)],
    attributes: { pads: [1, 1, 1, 1] },
  },
  {
    name: 'strided, with output_padding',
    inputs: [small([1, 2, 3, 3], 1), small([2, 3, 3, 3], 2)],
    attributes: { strides: [2, 3], pads: [1, 0, 1, 2], output_padding: [1, 2] },
  },
  {
    name: 'output_shape settles the pads',
    inputs: [small([1, 2, 3, 3], 1), small([2, 2, 3, 3], 2)],
    attributes: { strides: [2, 2], output_shape: [6, 5] },
  },
  {
    name: 'SAME_UPPER',
    inputs: [small([1, 2, 3, 4], 1), small([2, 2, 3, 3], 2)],
    attributes: { strides: [2, 2], auto_pad: 'SAME_UPPER' },
  },
  {
    name: 'SAME_LOWER',
    inputs: [small([1, 2, 3, 4], 1), small([2, 2, 3, 3], 2)],
    attributes: { strides: [2, 2], auto_pad: 'SAME_LOWER' },
  },
  {
    name: 'dilated',
    inputs: [small([1, 2, 3, 3], 1), small([2, 2, 2, 3], 2)],
    attributes: { dilations: [2, 3], pads: [1, 1, 0, 2] },
  },
  {
    name: 'grouped',
    inputs: [small([2, 4, 3, 3], 1), small([4, 3, 2, 2], 2), small([6], 3)],
    attributes: { group: 2, strides: [2, 2] },
  },
  {
    name: '1-d',
    inputs: [small([2, 2, 5], 1), small([2, 3, 3], 2)],
    attributes: { strides: [2], pads: [1, 1], output_padding: [1] },
  },
  { name: '3-d', inputs: [small([1, 2, 2, 2, 3], 1), small([2, 2, 2, 2, 2], 2)], attributes: { strides: [2, 1, 2] } },
]);
