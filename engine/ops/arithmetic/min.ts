// Min: elementwise minimum of any number of tensors, with broadcasting (ONNX Min-13).
import { defineOp } from '../defineOp.js';
import { foldTensors, shareOfExtremum } from '../extremum.js';
import { broadcastAll } from '../inference.js';

export const min = defineOp({
  type: 'Min',
  since: 13,
  inputs: ['data_0...'],
  outputs: ['min'],
  attributes: {},
  infer: ({ data_0, fail }) => broadcastAll(data_0, 'data_0', fail),
  // d min(Xᵢ) = dXₖ of the minimum; operands that tie share it equally
  gradient: {
    data_0: ({ emit, data_0, min, dY }, index) => shareOfExtremum(emit, data_0, index, min, dY),
  },
  evaluate: (inputs) => foldTensors(inputs, { float: Math.min, integer: (x, y) => (x < y ? x : y) }),
});
