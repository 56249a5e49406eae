// Convolutions of several widths over a text, each with its largest response (Kim, 2014).
import type { ModelSpec } from '../modelSpec.js';
import { dropout, head, specOfLayers, type TemplateInput, type TemplateTask } from './template.js';

export interface TextCnnOptions {
  /** Entries of the embedding, padding (index 0) included. */
  readonly vocabulary: number;
  readonly dimension?: number;
  readonly filters?: number;
  readonly kernels?: readonly number[];
  readonly dropout?: number;
}

export function textCnn(input: TemplateInput, task: TemplateTask, options: TextCnnOptions): ModelSpec {
  const { vocabulary, dimension = 32, filters = 64, kernels = [2, 3, 4], dropout: rate = 0.4 } = options;
  const branches = kernels.flatMap((kernel) => [
    {
      id: `conv${kernel}`,
      type: 'Conv1d',
      inputs: ['channels'],
      options: { filters, kernel, padding: 'same', activation: 'relu' },
    },
    { id: `pool${kernel}`, type: 'GlobalPool', options: { mode: 'max' } },
  ]);
  return specOfLayers('textCnn', { dtype: 'int32', ...input }, [
    { id: 'embed', type: 'Embedding', options: { count: vocabulary, dimension, paddingIndex: 0 } },
    { id: 'channels', type: 'Permute', options: { axes: [2, 1] } },
    ...branches,
    ...(kernels.length > 1
      ? [{ id: 'join', type: 'Concatenate', inputs: kernels.map((kernel) => `pool${kernel}`) }]
      : []),
    ...dropout('dropout', rate),
    head(task),
  ]);
}
