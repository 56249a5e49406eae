// BatchNormalization in training mode, written in primitives: onnxruntime has no GPU kernel for it.
import type { Node, Value } from '../ir/graph.js';
import { channelSums } from '../ops/normalization/channelSums.js';
import { aroundChannels, inverseDeviation, perChannel, sampleSize } from '../ops/normalization/statistics.js';
import type { Emit } from '../ops/emit.js';
import { rankOf } from '../ops/valueTypes.js';
import { numberOf } from './attributeOf.js';

export function usesBatchStatistics(node: Node): boolean {
  return node.type === 'BatchNormalization' && numberOf(node, 'training_mode', 0) === 1;
}

/** Y = scale·(X − mean)/√(variance + ε) + B; running' = momentum·running + (1 − momentum)·batch. */
export function decomposeBatchStatistics(node: Node, emit: Emit): Value[] {
  const [x, scale, offset, ...running] = node.inputs as [Value, Value, Value, Value, Value];
  const rank = rankOf(x);
  const count = sampleSize(x, aroundChannels(rank));
  const along = (vector: Value): Value => perChannel(emit, vector, rank);
  const mean = emit.mul(channelSums(emit, x), 1 / count);
  const centred = emit.sub(x, along(mean));
  const variance = emit.mul(channelSums(emit, emit.square(centred)), 1 / count);
  const inverse = inverseDeviation(emit, variance, numberOf(node, 'epsilon', 1e-5));
  const y = emit.add(emit.mul(centred, along(emit.mul(scale, inverse))), along(offset));
  const momentum = numberOf(node, 'momentum', 0.9);
  const next = (old: Value, now: Value): Value =>
    momentum === 0 ? now : emit.add(emit.mul(old, momentum), emit.mul(now, 1 - momentum));
  return [y, next(running[0], mean), next(running[1], variance)].slice(0, node.outputs.length);
}
