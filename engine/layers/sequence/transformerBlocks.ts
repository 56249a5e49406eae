// Transformer blocks, encoder and decoder, with PyTorch's tensor names.
import type { Value } from '../../ir/graph.js';
import { shapeOf } from '../../ops/valueTypes.js';
import { emitActivation } from '../activation/activations.js';
import { defineLayer } from '../defineLayer.js';
import { known } from '../faults.js';
import { lowerAffine } from '../linear/affine.js';
import { lowerLayerNorm } from '../normalization/layerNorm.js';
import { choice, flag, whole } from '../options.js';
import { lowerDropout, rateOption } from '../regularization/dropout.js';
import type { LoweringScope } from '../scope.js';
import { lowerAttention, type AttentionInputs } from './attention.js';
import { checkAttention, headsOption, memoryAndMask } from './multiHeadAttention.js';

interface BlockOptions {
  readonly heads: number;
  readonly hidden: number;
  readonly activation: 'relu' | 'gelu';
  readonly norm: 'before' | 'after';
  readonly dropout: number;
}

const blockOptions = {
  heads: headsOption,
  hidden: whole({ label: 'Hidden units', max: 65536, fallback: 512, description: 'Of the part after attention.' }),
  activation: choice(['relu', 'gelu'], { label: 'Activation', fallback: 'gelu' }),
  norm: choice(['before', 'after'], { label: 'Normalisation', fallback: 'before' }),
  dropout: rateOption(0.1),
} as const;

/** x + part(norm(x)), or norm(x + part(x)). */
function residual(
  scope: LoweringScope,
  x: Value,
  norm: string,
  options: BlockOptions,
  part: (input: Value) => Value,
): Value {
  const { emit } = scope;
  const normal = (value: Value): Value => scope.within(norm, (inner) => lowerLayerNorm(inner, value));
  const dropped = (value: Value): Value =>
    lowerDropout(scope, value, options.dropout, undefined, norm.replace('norm', 'dropout'));
  if (options.norm === 'before') return emit.add(x, dropped(part(normal(x))));
  return normal(emit.add(x, dropped(part(x))));
}

function attention(
  scope: LoweringScope,
  name: string,
  inputs: AttentionInputs,
  options: BlockOptions,
  causal: boolean,
): Value {
  const { heads, dropout } = options;
  return scope.within(name, (inner) => lowerAttention(inner, inputs, { heads, causal, dropout }));
}

/** linear2(dropout(activation(linear1(x)))) */
function feedForward(scope: LoweringScope, x: Value, options: BlockOptions): Value {
  const dimension = known(shapeOf(x)[2]);
  const affine = (name: string, input: Value, units: number): Value =>
    scope.within(name, (inner) => lowerAffine(inner, input, { units, bias: true, initializer: 'glorotUniform' }));
  const inner = emitActivation(scope.emit, affine('linear1', x, options.hidden), options.activation);
  return affine('linear2', lowerDropout(scope, inner, options.dropout, undefined, 'dropout'), dimension);
}

export const transformerEncoder = defineLayer({
  type: 'TransformerEncoder',
  title: 'Transformer encoder block',
  category: 'sequence',
  description: 'Self-attention and two dense layers, each with a residual and a normalisation.',
  inputs: ['x', 'mask?'],
  accepts: { x: { rank: 3 }, mask: { rank: 2, kind: 'any' } },
  options: {
    ...blockOptions,
    causal: flag({ label: 'Causal', fallback: false, description: 'No step sees a later one.' }),
  },
  faults: ({ x }, options, report) => checkAttention(x, x, options, report),
  lower(scope, { x, mask }, options) {
    const attended = residual(scope, x, 'norm1', options, (input) =>
      attention(scope, 'self_attn', { x: input, mask }, options, options.causal),
    );
    return residual(scope, attended, 'norm2', options, (input) => feedForward(scope, input, options));
  },
});

export const transformerDecoder = defineLayer({
  type: 'TransformerDecoder',
  title: 'Transformer decoder block',
  category: 'sequence',
  description:
    'Causal self-attention, attention to a memory, and two dense layers. A mask hides padding of the memory.',
  inputs: ['x', 'memory', 'mask?'],
  accepts: { x: { rank: 3 }, memory: { rank: 3 }, mask: { rank: 2, kind: 'any' } },
  options: blockOptions,
  faults({ x, memory }, options, report) {
    checkAttention(x, x, { ...options, causal: true }, report);
    checkAttention(x, memory, { ...options, causal: false }, report);
  },
  lower(scope, { x, memory, mask }, options) {
    const own = residual(scope, x, 'norm1', options, (input) =>
      attention(scope, 'self_attn', { x: input }, options, true),
    );
    const crossed = residual(scope, own, 'norm2', options, (input) =>
      attention(scope, 'multihead_attn', { x: input, ...memoryAndMask(memory, mask) }, options, false),
    );
    return residual(scope, crossed, 'norm3', options, (input) => feedForward(scope, input, options));
  },
});
