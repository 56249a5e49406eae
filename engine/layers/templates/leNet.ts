// Convolutions and pools, then dense layers: after LeCun et al. (1998).
import type { ModelSpec } from '../modelSpec.js';
import { dropout, head, specOfLayers, type TemplateInput, type TemplateTask } from './template.js';

export interface LeNetOptions {
  /** Filters of each stage; the size halves after a stage. */
  readonly filters?: readonly number[];
  /** Convolutions a stage. */
  readonly depth?: number;
  readonly units?: number;
  readonly dropout?: number;
}

export function leNet(input: TemplateInput, task: TemplateTask, options: LeNetOptions = {}): ModelSpec {
  const { filters = [32, 64], depth = 1, units = 128, dropout: rate = 0 } = options;
  const convolution = (stage: number, index: number, count: number) => ({
    id: depth === 1 ? `conv${stage}` : `conv${stage}_${index + 1}`,
    type: 'Conv2d',
    options: { filters: count, kernel: 3, padding: 'same', activation: 'relu' },
  });
  const stages = filters.flatMap((count, stage) => [
    ...Array.from({ length: depth }, (_, index) => convolution(stage + 1, index, count)),
    { id: `pool${stage + 1}`, type: 'MaxPool2d', options: { kernel: 2 } },
  ]);
  return specOfLayers('leNet', input, [
    ...stages,
    { id: 'flatten', type: 'Flatten' },
    ...dropout('dropout1', rate),
    { id: 'dense', type: 'Dense', options: { units, activation: 'relu' } },
    ...dropout('dropout2', rate),
    head(task),
  ]);
}
