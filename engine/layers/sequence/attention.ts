// Multi-head attention (Vaswani et al., 2017): the computation inside the layer and the Transformer blocks.
import type { Value } from '../../ir/graph.js';
import { tensorOf } from '../../ir/tensor.js';
import type { Emit } from '../../ops/emit.js';
import { shapeOf } from '../../ops/valueTypes.js';
import { known } from '../faults.js';
import { weightInitializer, zeroInitializer } from '../initialization.js';
import { emitAffine, lowerAffine } from '../linear/affine.js';
import { lowerDropout } from '../regularization/dropout.js';
import type { LoweringScope } from '../scope.js';
import { floatMask } from './paddingMask.js';

export interface AttentionOptions {
  readonly heads: number;
  readonly causal: boolean;
  readonly dropout: number;
}

export interface AttentionInputs {
  /** Asks: [batch, length, dimension]. */
  readonly x: Value;
  /** Answers, where not x itself: [batch, sourceLength, dimension]. */
  readonly memory?: Value | undefined;
  /** 1 for the steps of the answering sequence that count, 0 for padding: [batch, sourceLength]. */
  readonly mask?: Value | undefined;
}

/** Added to the scores of steps that must not be seen: e^−1e9 is 0 in float32, and no row becomes NaN. */
const hidden = -1e9;

/**
 * softmax(Q·Kᵀ / √d + mask)·V by heads, then `out_proj`. Tensors as PyTorch's MultiheadAttention:
 * `in_proj_weight` [3·dimension, dimension] (query, key, value), `in_proj_bias`, `out_proj.weight`, `out_proj.bias`.
 */
export function lowerAttention(scope: LoweringScope, inputs: AttentionInputs, options: AttentionOptions): Value {
  const { emit } = scope;
  const dimension = known(shapeOf(inputs.x)[2]);
  const size = dimension / options.heads;
  const [query, key, value] = project(scope, inputs, dimension).map((part) =>
    emit.transpose(emit.reshape(part, [0, 0, options.heads, size]), [0, 2, 1, 3]),
  ) as [Value, Value, Value];
  const scores = emit.matMul(emit.mul(query, 1 / Math.sqrt(size)), emit.transpose(key, [0, 1, 3, 2]));
  const weights = emit.softmax(maskScores(emit, scores, inputs.mask, options.causal));
  const kept = lowerDropout(scope, weights, options.dropout, undefined, 'attention');
  const mixed = emit.transpose(emit.matMul(kept, value), [0, 2, 1, 3]);
  const joined = emit.reshape(mixed, [0, 0, dimension]);
  return scope.within('out_proj', (part) =>
    lowerAffine(part, joined, { units: dimension, bias: true, initializer: 'glorotUniform' }),
  );
}

/** Query, key and value: one product where all come from x, two where a memory answers. */
function project(scope: LoweringScope, { x, memory }: AttentionInputs, dimension: number): Value[] {
  const { emit } = scope;
  const weight = scope.parameter('in_proj_weight', {
    shape: [3 * dimension, dimension],
    initializer: weightInitializer('glorotUniform'),
  });
  const bias = scope.parameter('in_proj_bias', { shape: [3 * dimension], initializer: zeroInitializer, decay: false });
  const thirds = [dimension, dimension, dimension];
  if (!memory) return emit.split(emitAffine(emit, x, weight, bias), thirds, 2);
  const parts = [dimension, 2 * dimension];
  const [weightQuery, weightRest] = emit.split(weight, parts, 0);
  const [biasQuery, biasRest] = emit.split(bias, parts, 0);
  const rest = emitAffine(emit, memory, weightRest!, biasRest);
  return [emitAffine(emit, x, weightQuery!, biasQuery), ...emit.split(rest, thirds.slice(1), 2)];
}

/** Scores are [batch, heads, length, sourceLength]. */
function maskScores(emit: Emit, scores: Value, mask: Value | undefined, causal: boolean): Value {
  let result = scores;
  if (causal) result = emit.add(result, futureMask(emit, scores));
  if (!mask) return result;
  const bias = emit.mul(emit.sub(1, floatMask(emit, mask)), hidden);
  return emit.add(result, emit.unsqueeze(bias, [1, 2]));
}

/** Hides every later step: a constant where the lengths are known. */
function futureMask(emit: Emit, scores: Value): Value {
  const [, , rows, columns] = shapeOf(scores);
  if (typeof rows === 'number' && typeof columns === 'number') {
    const values = Array.from({ length: rows * columns }, (_, index) =>
      index % columns > Math.floor(index / columns) ? hidden : 0,
    );
    return emit.constant(tensorOf('float32', [rows, columns], values), 'future');
  }
  return emit.node('Trilu', [emit.fullLike(scores, hidden), emit.constant(tensorOf('int64', [], [1]))], {
    upper: true,
  });
}
