// Gradient clipping, before the optimizer sees the gradients.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';

/** `norm` scales all gradients together so that their joint length is at most `limit`; `value` cuts every element to ±limit. */
export interface ClipSpec {
  readonly by: 'norm' | 'value';
  readonly limit: number;
}

/** The clipped gradients, in order. Norm: g · min(1, limit / (‖g‖ + 1e-6)), as `torch.nn.utils.clip_grad_norm_`. */
export function clipGradients(emit: Emit, gradients: readonly Value[], clip: ClipSpec | undefined): Value[] {
  if (!clip || gradients.length === 0) return [...gradients];
  if (clip.by === 'value') return gradients.map((gradient) => clipValue(emit, gradient, clip.limit));
  const norm = globalNorm(emit, gradients);
  const scale = emit.min(emit.div(clip.limit, emit.add(norm, 1e-6)), 1);
  return gradients.map((gradient) => emit.mul(gradient, scale));
}

/** The Euclidean length of all gradients taken as one vector, a scalar. */
export function globalNorm(emit: Emit, gradients: readonly Value[]): Value {
  const squares = gradients.map((gradient) => emit.reduceSum(emit.square(gradient)));
  return emit.sqrt(squares.reduce((sum, next) => emit.add(sum, next)));
}

function clipValue(emit: Emit, gradient: Value, limit: number): Value {
  return emit.node('Clip', [gradient, emit.scalar(-limit, gradient), emit.scalar(limit, gradient)]);
}
