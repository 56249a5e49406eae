// A small Inception network (Szegedy et al., 2015).
import type { ModelSpec } from '../modelSpec.js';
import { dropout, head, specOfLayers, type TemplateInput, type TemplateTask } from './template.js';

export interface InceptionOptions {
  /** Factor on all filters. */
  readonly width?: number;
  readonly dropout?: number;
}

export function inception(input: TemplateInput, task: TemplateTask, options: InceptionOptions = {}): ModelSpec {
  const { width = 1, dropout: rate = 0.3 } = options;
  const block = (id: string, scale: number) => ({
    id,
    type: 'InceptionBlock',
    options: {
      filters1: 16 * scale,
      reduce3: 16 * scale,
      filters3: 32 * scale,
      reduce5: 8 * scale,
      filters5: 16 * scale,
      filtersPool: 16 * scale,
    },
  });
  return specOfLayers('inception', input, [
    { id: 'stem', type: 'Conv2d', options: { filters: 32 * width, kernel: 3, padding: 'same', activation: 'relu' } },
    { id: 'pool1', type: 'MaxPool2d', options: { kernel: 2 } },
    block('mixed1', width),
    block('mixed2', width),
    { id: 'pool2', type: 'MaxPool2d', options: { kernel: 2 } },
    block('mixed3', 2 * width),
    { id: 'pool3', type: 'GlobalPool' },
    ...dropout('dropout', rate),
    head(task),
  ]);
}
