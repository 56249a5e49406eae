// What a template is told: the input, the task, and what it makes of them.
import type { InputSpec, LayerSpec, ModelSpec } from '../modelSpec.js';
import { modelSpecVersion } from '../modelSpec.js';

export interface TemplateInput {
  /** Of one example. */
  readonly shape: readonly (number | string)[];
  readonly dtype?: InputSpec['dtype'];
}

/** Outputs: logits of the classes, or numbers. */
export type TemplateTask =
  | { readonly kind: 'classification'; readonly classes: number }
  | { readonly kind: 'regression'; readonly values: number };

export interface TemplateLayer {
  readonly id: string;
  readonly type: string;
  readonly options?: LayerSpec['options'];
  readonly inputs?: string[];
}

/** The input is called `x`, as that of a data set with a single input. */
export function specOfLayers(name: string, input: TemplateInput, layers: readonly TemplateLayer[]): ModelSpec {
  return {
    version: modelSpecVersion,
    name,
    inputs: [{ id: 'x', shape: [...input.shape], dtype: input.dtype ?? 'float32' }],
    layers: layers.map(({ id, type, options = {}, inputs }) => ({
      id,
      type,
      options,
      frozen: false,
      ...(inputs && { inputs }),
    })),
    outputs: [layers.at(-1)!.id],
  };
}

export function unitsOf(task: TemplateTask): number {
  return task.kind === 'classification' ? task.classes : task.values;
}

/** The last dense layer: logits or numbers. */
export function head(task: TemplateTask): TemplateLayer {
  return { id: 'head', type: 'Dense', options: { units: unitsOf(task), initializer: 'glorotUniform' } };
}

/** A dropout layer, or none at a rate of 0. */
export function dropout(id: string, rate: number): TemplateLayer[] {
  return rate > 0 ? [{ id, type: 'Dropout', options: { rate } }] : [];
}
