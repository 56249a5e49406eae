// InstanceNormalization: each channel of each example standardised over space (ONNX InstanceNormalization-6).
import { dimsConflict, formatShape } from '../../ir/shape.js';
import type { Value } from '../../ir/graph.js';
import { float } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { rankOf } from '../valueTypes.js';
import { aroundChannels, perChannel, standardized, standardizedGradient } from './statistics.js';

export const instanceNormalization = defineOp({
  type: 'InstanceNormalization',
  since: 6,
  inputs: ['input', 'scale', 'B'],
  outputs: ['output'],
  attributes: { epsilon: float(1e-5) },
  infer: ({ input, scale, B, fail }) => {
    if (input.shape.length < 3)
      fail('input', `rank must be at least 3 (batch, channels, space), got ${formatShape(input.shape)}`);
    for (const [port, vector] of Object.entries({ scale, B }))
      if (vector.shape.length !== 1 || dimsConflict(vector.shape[0]!, input.shape[1]!))
        fail(
          port,
          `shape must be ${formatShape([input.shape[1]!])}, one number a channel, got ${formatShape(vector.shape)}`,
        );
    return [{ dtype: input.dtype, shape: input.shape }];
  },
  // u = (x − mean)/√(var + ε) over space, y = scale·u + B
  gradient: {
    input: ({ emit, input, scale, dY, attributes: { epsilon } }) => {
      const parts = standardized(emit, input, space(input), epsilon);
      return standardizedGradient(emit, parts, emit.mul(dY, perChannel(emit, scale, rankOf(input))), space(input));
    },
    scale: ({ emit, input, dY, attributes: { epsilon } }) => {
      const { unit } = standardized(emit, input, space(input), epsilon);
      return emit.reduceSum(emit.mul(dY, unit), aroundChannels(rankOf(input)));
    },
    B: ({ emit, input, dY }) => emit.reduceSum(dY, aroundChannels(rankOf(input))),
  },
});

function space(value: Value): number[] {
  return Array.from({ length: rankOf(value) - 2 }, (_, at) => at + 2);
}
