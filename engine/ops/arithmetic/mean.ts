// Mean: elementwise mean of any number of tensors, with broadcasting (ONNX Mean-13).
import { defineOp } from '../defineOp.js';
import { broadcastAll } from '../inference.js';

export const mean = defineOp({
  type: 'Mean',
  since: 13,
  inputs: ['data_0...'],
  outputs: ['mean'],
  attributes: {},
  infer: ({ data_0, fail }) => broadcastAll(data_0, 'data_0', fail),
  // d (ΣXᵢ/n) = Σ dXᵢ/n
  gradient: { data_0: ({ emit, data_0, dY }) => emit.mul(dY, 1 / data_0.length) },
});
