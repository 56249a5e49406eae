// Losses on embeddings: the prediction stacks two or three of them along axis 1, [B, 2 or 3, D].
import { EngineError } from '../../ir/diagnostic.js';
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { rankOf, shapeOf } from '../../ops/valueTypes.js';
import { number } from '../options.js';
import { defineLoss } from './defineLoss.js';

/** The stacked embeddings, each [B, D]. */
function unstack(emit: Emit, prediction: Value, count: number, type: string): Value[] {
  if (rankOf(prediction) !== 3 || shapeOf(prediction)[1] !== count)
    throw new EngineError(
      'loss.embeddings',
      `Loss ${type}: the prediction must be [batch, ${count}, width], ${count} embeddings an example`,
    );
  const pieces = emit.split(
    prediction,
    Array.from({ length: count }, () => 1),
    1,
  );
  return pieces.map((piece) => emit.squeeze(piece, [1]));
}

function dot(emit: Emit, a: Value, b: Value): Value {
  return emit.reduceSum(emit.mul(a, b), [1]);
}

/** ‖a − b + ε‖, ε keeping the root differentiable, as `torch.nn.PairwiseDistance`. */
function distance(emit: Emit, a: Value, b: Value): Value {
  const difference = emit.add(emit.sub(a, b), 1e-6);
  return emit.sqrt(dot(emit, difference, difference));
}

/** The 0/1 target as float [B]. */
function alike(emit: Emit, target: Value, like: Value): Value {
  const numbers = emit.cast(target, like.dtype ?? 'float32');
  return rankOf(numbers) === 2 ? emit.squeeze(numbers, [1]) : numbers;
}

/** 1 − cos for pairs that belong together (target 1), max(0, cos − margin) for others (0); `CosineEmbeddingLoss`. */
export const cosineEmbedding = defineLoss({
  type: 'cosineEmbedding',
  title: 'Cosine embedding',
  description: 'Pairs that belong together should point the same way.',
  options: { margin: number(0, 'Margin', { minimum: -1, maximum: 1 }) },
  target: 'binary',
  perExample({ emit, prediction, target, options }) {
    const [a, b] = unstack(emit, prediction, 2, 'cosineEmbedding') as [Value, Value];
    const lengths = emit.mul(emit.add(dot(emit, a, a), 1e-12), emit.add(dot(emit, b, b), 1e-12));
    const cosine = emit.div(dot(emit, a, b), emit.sqrt(lengths));
    const same = alike(emit, target, prediction);
    const apart = emit.relu(emit.sub(cosine, options.margin));
    return { loss: emit.add(emit.mul(same, emit.sub(1, cosine)), emit.mul(emit.sub(1, same), apart)) };
  },
});

/** max(0, ‖a − p‖ − ‖a − n‖ + margin) of anchor, positive, negative (Balntas et al. 2016); `TripletMarginLoss`. */
export const tripletMargin = defineLoss({
  type: 'tripletMargin',
  title: 'Triplet margin',
  description: 'An anchor should be nearer to its positive than to its negative.',
  options: { margin: number(1, 'Margin', { above: 0 }) },
  target: 'none',
  perExample({ emit, prediction, options }) {
    const [anchor, positive, negative] = unstack(emit, prediction, 3, 'tripletMargin') as [Value, Value, Value];
    const nearer = emit.sub(distance(emit, anchor, positive), distance(emit, anchor, negative));
    return { loss: emit.relu(emit.add(nearer, options.margin)) };
  },
});

/** ½·d² for pairs that belong together, ½·max(0, margin − d)² for others (Hadsell, Chopra & LeCun 2006). */
export const contrastive = defineLoss({
  type: 'contrastive',
  title: 'Contrastive',
  description: 'Pairs that belong together should be near, others at least a margin apart.',
  options: { margin: number(1, 'Margin', { above: 0 }) },
  target: 'binary',
  perExample({ emit, prediction, target, options }) {
    const [a, b] = unstack(emit, prediction, 2, 'contrastive') as [Value, Value];
    const d = distance(emit, a, b);
    const same = alike(emit, target, prediction);
    const apart = emit.square(emit.relu(emit.sub(options.margin, d)));
    const both = emit.add(emit.mul(same, emit.square(d)), emit.mul(emit.sub(1, same), apart));
    return { loss: emit.mul(both, 0.5) };
  },
});
