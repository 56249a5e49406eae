// Dense layers one after another: for tables, and for small images.
import type { ModelSpec } from '../modelSpec.js';
import { dropout, head, specOfLayers, type TemplateInput, type TemplateTask } from './template.js';

export interface MlpOptions {
  readonly hidden: readonly number[];
  readonly activation?: string;
  readonly dropout?: number;
}

export function mlp(input: TemplateInput, task: TemplateTask, options: MlpOptions): ModelSpec {
  const { hidden, activation = 'relu', dropout: rate = 0 } = options;
  const flat = input.shape.length > 1 ? [{ id: 'flatten', type: 'Flatten' }] : [];
  const layers = hidden.flatMap((units, index) => [
    { id: `dense${index + 1}`, type: 'Dense', options: { units, activation } },
    ...dropout(`dropout${index + 1}`, rate),
  ]);
  return specOfLayers('mlp', input, [...flat, ...layers, head(task)]);
}
