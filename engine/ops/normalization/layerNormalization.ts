// LayerNormalization: standardises over the axes from `axis` on (ONNX LayerNormalization-17).
import type { Value } from '../../ir/graph.js';
import { broadcastShapes, dimsConflict, formatShape, type Shape } from '../../ir/shape.js';
import { float, int } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { rankOf } from '../valueTypes.js';
import { checkedAxis } from '../inference.js';
import { lastAxesSum } from './lastAxesSum.js';
import { sampleSize, standardized, standardizedGradient, type Standardized } from './statistics.js';

export const layerNormalization = defineOp({
  type: 'LayerNormalization',
  since: 17,
  inputs: ['X', 'Scale', 'B?'],
  outputs: ['Y', 'Mean?', 'InvStdDev?'],
  attributes: { axis: int(-1), epsilon: float(1e-5), stash_type: int(1) },
  infer: ({ X, Scale, B, attributes: { axis }, fail }) => {
    const first = checkedAxis(axis, X.shape.length, fail);
    for (const [port, input] of [['Scale', Scale] as const, ['B', B] as const])
      if (input) checkBroadcast(input.shape, X.shape, (sentence) => fail(port, sentence));
    const statistic = { dtype: X.dtype, shape: X.shape.map((dim, at) => (at < first ? dim : 1)) };
    return [{ dtype: X.dtype, shape: X.shape }, statistic, statistic];
  },
  // u = (X − mean)·i, Y = Scale·u + B; dX = i·(du − mean(du) − u·mean(du·u)), du = Scale·dY,
  // plus dMean/n and −dInvStdDev·i³·(X − mean)/n where these outputs are used.
  gradient: {
    X: (context) => {
      const { emit, X, Scale, dY } = context;
      const axes = axesOf(X, context.attributes.axis);
      const parts = partsOf(context);
      return throughStatistics(context, parts, standardizedGradient(emit, parts, emit.mul(dY, Scale), axes));
    },
    Scale: (context) => {
      const { emit, Scale, dY } = context;
      return lastAxesSum(emit, emit.mul(dY, partsOf(context).unit), Scale);
    },
    B: ({ emit, B, dY }) => lastAxesSum(emit, dY, B!),
  },
});

interface Context {
  readonly emit: Emit;
  readonly X: Value;
  readonly Mean: Value | undefined;
  readonly InvStdDev: Value | undefined;
  readonly attributes: { readonly axis: number; readonly epsilon: number };
  readonly outputGradients: readonly (Value | undefined)[];
}

/** A factor or offset must broadcast to the input without widening it. */
export function checkBroadcast(shape: Shape, target: Shape, fail: (sentence: string) => never): void {
  const joined = broadcastShapes(shape, target);
  const widens = joined?.some((dim, at) => joined.length !== target.length || dimsConflict(dim, target[at]!)) ?? true;
  if (widens) fail(`shape ${formatShape(shape)} must broadcast to the input's ${formatShape(target)}`);
}

/** The axes from `axis` on. */
export function axesOf(x: Value, axis: number): number[] {
  const rank = rankOf(x);
  const first = axis < 0 ? axis + rank : axis;
  return Array.from({ length: rank - first }, (_, at) => first + at);
}

function partsOf({ emit, X, Mean, InvStdDev, attributes: { axis, epsilon } }: Context): Standardized {
  return standardized(emit, X, axesOf(X, axis), epsilon, { mean: Mean, inverse: InvStdDev });
}

function throughStatistics({ emit, X, attributes, outputGradients }: Context, parts: Standardized, dX: Value): Value {
  const share = 1 / sampleSize(X, axesOf(X, attributes.axis));
  const [, mean, inverse] = outputGradients;
  let total = dX;
  if (mean) total = emit.add(total, emit.mul(mean, share));
  if (inverse) {
    const cube = emit.mul(parts.inverse, emit.square(parts.inverse));
    total = emit.sub(total, emit.mul(parts.centred, emit.mul(emit.mul(inverse, cube), share)));
  }
  return total;
}
