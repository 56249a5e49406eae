// LSTM: long short-term memory, optionally with peepholes (ONNX LSTM-14; Hochreiter and Schmidhuber 1997).
import { defineOp, zeroGradient } from '../defineOp.js';
import { byLowering, lstmAttributes, recurrentFlops, recurrentTypes } from './recurrentInference.js';

export const lstm = defineOp({
  type: 'LSTM',
  since: 14,
  inputs: ['X', 'W', 'R', 'B?', 'sequence_lens?', 'initial_h?', 'initial_c?', 'P?'],
  outputs: ['Y?', 'Y_h?', 'Y_c?'],
  attributes: lstmAttributes,
  infer: (context) => recurrentTypes(context, 4, 2),
  gradient: {
    X: byLowering,
    W: byLowering,
    R: byLowering,
    B: byLowering,
    sequence_lens: zeroGradient('integer lengths'),
    initial_h: byLowering,
    initial_c: byLowering,
    P: byLowering,
  },
  flops: recurrentFlops,
});
