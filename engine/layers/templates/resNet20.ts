// ResNet for small images: three stages of residual blocks (He et al., 2016); three blocks a stage make ResNet-20.
import type { ModelSpec } from '../modelSpec.js';
import { head, specOfLayers, type TemplateInput, type TemplateLayer, type TemplateTask } from './template.js';

export interface ResNetOptions {
  readonly filters?: readonly number[];
  readonly blocks?: number;
}

export function resNet20(input: TemplateInput, task: TemplateTask, options: ResNetOptions = {}): ModelSpec {
  const { filters = [16, 32, 64], blocks = 3 } = options;
  const block = (stage: number, index: number): TemplateLayer => ({
    id: `stage${stage + 1}_block${index + 1}`,
    type: 'ResidualBlock',
    options: { filters: filters[stage]!, stride: stage > 0 && index === 0 ? 2 : 1 },
  });
  return specOfLayers('resNet20', input, [
    { id: 'stem', type: 'Conv2d', options: { filters: filters[0]!, kernel: 3, padding: 'same', bias: false } },
    { id: 'norm', type: 'BatchNorm' },
    { id: 'relu', type: 'Relu' },
    ...filters.flatMap((_, stage) => Array.from({ length: blocks }, (_block, index) => block(stage, index))),
    { id: 'pool', type: 'GlobalPool' },
    head(task),
  ]);
}
