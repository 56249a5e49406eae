// The recurrent layers of the palette.
import type { ValueType } from '../../ir/graph.js';
import { defineLayer, type Report } from '../defineLayer.js';
import { requireKnown } from '../faults.js';
import { choice, flag, whole } from '../options.js';
import { rateOption } from '../regularization/dropout.js';
import { longestRecurrence, lowerRecurrence, type Cell } from './recurrence.js';

const recurrentOptions = {
  units: whole({ label: 'Units', max: 16384 }),
  layers: whole({ label: 'Layers', max: 16, fallback: 1, description: 'One on top of the other.' }),
  bidirectional: flag({ label: 'Bidirectional', fallback: false }),
  returnSequences: flag({
    label: 'Every step',
    fallback: false,
    description: 'The output is a sequence; otherwise the last state.',
  }),
  dropout: rateOption(0),
} as const;

const inputs = ['x', 'mask?'] as const;
const accepts = { x: { rank: 3 }, mask: { rank: 2, kind: 'any' } } as const;

function checkSequence(x: ValueType, report: Report): void {
  requireKnown(x, 2, 'x', report);
  const length = x.shape[1];
  if (typeof length === 'number' && length > longestRecurrence)
    report('x', `sequences must have at most ${longestRecurrence} steps, got ${length}`);
}

const lstmCell: Cell = { type: 'LSTM', gateOrder: [0, 3, 1, 2], attributes: {} };
const gruCell: Cell = { type: 'GRU', gateOrder: [1, 0, 2], attributes: { linear_before_reset: true } };

export const lstmLayer = defineLayer({
  type: 'Lstm',
  title: 'LSTM',
  category: 'recurrent',
  description: 'Long short-term memory over a sequence [batch, length, features]; a mask marks padding at the end.',
  inputs,
  accepts,
  outputs: ['output', 'state', 'cell'],
  options: recurrentOptions,
  faults: ({ x }, _options, report) => checkSequence(x, report),
  lower: (scope, operands, options) => lowerRecurrence(scope, operands, lstmCell, options),
});

export const gruLayer = defineLayer({
  type: 'Gru',
  title: 'GRU',
  category: 'recurrent',
  description: 'Gated recurrent units: nearly an LSTM, with a quarter fewer weights.',
  inputs,
  accepts,
  outputs: ['output', 'state'],
  options: recurrentOptions,
  faults: ({ x }, _options, report) => checkSequence(x, report),
  lower: (scope, operands, options) => lowerRecurrence(scope, operands, gruCell, options),
});

export const rnnLayer = defineLayer({
  type: 'Rnn',
  title: 'Simple RNN',
  category: 'recurrent',
  description: 'Each state is an activation of a weighted sum of the input and the state before.',
  inputs,
  accepts,
  outputs: ['output', 'state'],
  options: { ...recurrentOptions, activation: choice(['tanh', 'relu'], { label: 'Activation', fallback: 'tanh' }) },
  faults: ({ x }, _options, report) => checkSequence(x, report),
  lower: (scope, operands, { activation, ...options }) =>
    lowerRecurrence(scope, operands, rnnCells[activation], options),
});

const rnnCells: Readonly<Record<'tanh' | 'relu', Cell>> = {
  tanh: { type: 'RNN', gateOrder: [0], attributes: { activations: ['Tanh'] } },
  relu: { type: 'RNN', gateOrder: [0], attributes: { activations: ['Relu'] } },
};
