// RNN: a simple recurrent layer (ONNX RNN-14).
import { defineOp, zeroGradient } from '../defineOp.js';
import { byLowering, recurrentAttributes, recurrentFlops, recurrentTypes } from './recurrentInference.js';

export const rnn = defineOp({
  type: 'RNN',
  since: 14,
  inputs: ['X', 'W', 'R', 'B?', 'sequence_lens?', 'initial_h?'],
  outputs: ['Y?', 'Y_h?'],
  attributes: recurrentAttributes,
  infer: (context) => recurrentTypes(context, 1, 1),
  gradient: {
    X: byLowering,
    W: byLowering,
    R: byLowering,
    B: byLowering,
    sequence_lens: zeroGradient('integer lengths'),
    initial_h: byLowering,
  },
  flops: recurrentFlops,
});
