// Transformer over index sequences: a causal language model, or a classifier of whole texts.
import type { ModelSpec } from '../modelSpec.js';
import { head, specOfLayers, type TemplateInput, type TemplateLayer, type TemplateTask } from './template.js';

export interface TransformerOptions {
  /** Entries of the embedding, padding included. */
  readonly vocabulary: number;
  readonly longest?: number;
  readonly dimension?: number;
  readonly heads?: number;
  readonly layers?: number;
  readonly dropout?: number;
  /** One prediction for the whole text, whose padding is index 0. */
  readonly classify?: boolean;
}

export function transformer(input: TemplateInput, task: TemplateTask, options: TransformerOptions): ModelSpec {
  const { vocabulary, dimension = 128, heads = 4, layers = 4, dropout: rate = 0.1, classify = false } = options;
  const [length] = input.shape;
  const longest = options.longest ?? (typeof length === 'number' ? length : 512);
  const masked = classify ? { mask: ['mask'] } : { mask: [] };
  const block = (index: number): TemplateLayer => ({
    id: `block${index + 1}`,
    type: 'TransformerEncoder',
    inputs: [index ? `block${index}` : 'position', ...masked.mask],
    options: { heads, hidden: 4 * dimension, dropout: rate, causal: !classify },
  });
  return specOfLayers('transformer', { dtype: 'int32', ...input }, [
    ...(classify ? [{ id: 'mask', type: 'PaddingMask', inputs: ['x'] }] : []),
    { id: 'embed', type: 'Embedding', inputs: ['x'], options: { count: vocabulary, dimension, deviation: 0.02 } },
    { id: 'position', type: 'PositionalEmbedding', options: { longest } },
    ...Array.from({ length: layers }, (_, index) => block(index)),
    { id: 'norm', type: 'LayerNorm' },
    ...(classify ? [{ id: 'pool', type: 'SequencePool', inputs: ['norm', 'mask'] }] : []),
    head(task),
  ]);
}
