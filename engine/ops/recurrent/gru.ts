// GRU: gated recurrent units (ONNX GRU-14; Cho et al. 2014).
import { defineOp, zeroGradient } from '../defineOp.js';
import { byLowering, gruAttributes, recurrentFlops, recurrentTypes } from './recurrentInference.js';

export const gru = defineOp({
  type: 'GRU',
  since: 14,
  inputs: ['X', 'W', 'R', 'B?', 'sequence_lens?', 'initial_h?'],
  outputs: ['Y?', 'Y_h?'],
  attributes: gruAttributes,
  infer: (context) => recurrentTypes(context, 3, 1),
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
