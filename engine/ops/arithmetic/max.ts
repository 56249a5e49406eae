// Max: elementwise maximum of any number of tensors, with broadcasting (ONNX Max-13).
import { defineOp } from '../defineOp.js';
import { foldTensors, shareOfExtremum } from '../extremum.js';
import { broadcastAll } from '../inference.js';

export const max = defineOp({
  type: 'Max',
  since: 13,
  inputs: ['data_0...'],
  outputs: ['max'],
  attributes: {},
  infer: ({ data_0, fail }) => broadcastAll(data_0, 'data_0', fail),
  // d max(Xᵢ) = dXₖ of the maximum; operands that tie share it equally
  gradient: {
    data_0: ({ emit, data_0, max, dY }, index) => shareOfExtremum(emit, data_0, index, max, dY),
  },
  evaluate: (inputs) => foldTensors(inputs, { float: Math.max, integer: (x, y) => (x > y ? x : y) }),
});
