// Character-level LSTM: predicts the next character at every step, or classifies whole texts.
import type { ModelSpec } from '../modelSpec.js';
import { dropout, head, specOfLayers, type TemplateInput, type TemplateTask } from './template.js';

export interface CharLstmOptions {
  /** Entries of the embedding, padding included. */
  readonly vocabulary: number;
  readonly dimension?: number;
  readonly units?: number;
  readonly layers?: number;
  readonly dropout?: number;
  /** One prediction for the whole text, whose padding is index 0, by a bidirectional LSTM. */
  readonly classify?: boolean;
}

export function charLstm(input: TemplateInput, task: TemplateTask, options: CharLstmOptions): ModelSpec {
  const { vocabulary, dimension = 32, units = 128, layers = 1, dropout: rate = 0, classify = false } = options;
  const embed = {
    id: 'embed',
    type: 'Embedding',
    inputs: ['x'],
    options: { count: vocabulary, dimension, ...(classify && { paddingIndex: 0 }) },
  };
  const recurrent = { units, layers, dropout: layers > 1 ? rate : 0 };
  const body = classify
    ? [
        { id: 'mask', type: 'PaddingMask', inputs: ['x'] },
        embed,
        { id: 'lstm', type: 'Lstm', inputs: ['embed', 'mask'], options: { ...recurrent, bidirectional: true } },
      ]
    : [embed, { id: 'lstm', type: 'Lstm', options: { ...recurrent, returnSequences: true } }];
  return specOfLayers('charLstm', { dtype: 'int32', ...input }, [...body, ...dropout('dropout', rate), head(task)]);
}
