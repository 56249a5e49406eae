import { constant, defineCases, expect, given, spread } from '../defineCases.js';

type Shape = readonly number[];
const small = (shape: Shape, seed: number): ReturnType<typeof spread> => spread(shape, -0.9, 0.9, seed);
/** X [T, N, I], W, R, B of `gates` gates and D directions, hidden size 2. */
const operands = (gates: number, directions = 1): ReturnType<typeof spread>[] => [
  small([3, 2, 3], 1),
  small([directions, gates * 2, 3], 2),
  small([directions, gates * 2, 2], 3),
  small([directions, gates * 4], 4),
];
const lengths = constant([2], [2, 3], 'int32');

export const rnnCases = defineCases('RNN', { smooth: true }, [
  {
    name: 'two steps of one unit',
    inputs: [given([2, 1, 1], [1, 2]), given([1, 1, 1], [0.5]), given([1, 1, 1], [1]), given([1, 2], [0, 0.25])],
    attributes: { hidden_size: 1, activations: ['Affine'], activation_alpha: [2] },
    outputs: 2,
    // 2·(0.5 + 0.25) = 1.5, 2·(1 + 1.5 + 0.25) = 5.5
    expected: [expect([2, 1, 1, 1], [1.5, 5.5]), expect([1, 1, 1], [5.5])],
    gradient: false,
  },
  { name: 'tanh', inputs: operands(1), attributes: { hidden_size: 2 }, outputs: 2 },
  {
    name: 'bidirectional, lengths, initial state',
    inputs: [...operands(1, 2), lengths, small([2, 2, 2], 5)],
    attributes: { hidden_size: 2, direction: 'bidirectional' },
    outputs: 2,
  },
]);

export const gruCases = defineCases('GRU', { smooth: true }, [
  { name: 'forward', inputs: operands(3), attributes: { hidden_size: 2 }, outputs: 2 },
  {
    name: 'linear before reset',
    inputs: operands(3),
    attributes: { hidden_size: 2, linear_before_reset: true },
    outputs: 2,
  },
  {
    name: 'reverse, initial state',
    inputs: [...operands(3), undefined, small([1, 2, 2], 5)],
    attributes: { hidden_size: 2, direction: 'reverse' },
    outputs: 2,
  },
]);

export const lstmCases = defineCases('LSTM', { smooth: true }, [
  { name: 'forward', inputs: operands(4), attributes: { hidden_size: 2 }, outputs: 3 },
  { name: 'no bias, only the last state', inputs: operands(4).slice(0, 3), attributes: { hidden_size: 2 }, outputs: 3 },
  {
    name: 'bidirectional, lengths, initial states',
    inputs: [...operands(4, 2), lengths, small([2, 2, 2], 5), small([2, 2, 2], 6)],
    attributes: { hidden_size: 2, direction: 'bidirectional' },
    outputs: 3,
  },
  {
    name: 'peepholes',
    inputs: [...operands(4), undefined, undefined, undefined, small([1, 6], 7)],
    attributes: { hidden_size: 2 },
    outputs: 3,
  },
  { name: 'coupled gates', inputs: operands(4), attributes: { hidden_size: 2, input_forget: true }, outputs: 3 },
]);
