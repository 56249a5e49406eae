// Sum: elementwise sum of any number of tensors, with broadcasting (ONNX Sum-13).
import { defineOp } from '../defineOp.js';
import { foldTensors } from '../extremum.js';
import { broadcastAll } from '../inference.js';

export const sum = defineOp({
  type: 'Sum',
  since: 13,
  inputs: ['data_0...'],
  outputs: ['sum'],
  attributes: {},
  infer: ({ data_0, fail }) => broadcastAll(data_0, 'data_0', fail),
  // d ΣXᵢ = Σ dXᵢ
  gradient: { data_0: ({ dY }) => dY },
  evaluate: (inputs) => foldTensors(inputs, { float: (x, y) => x + y, integer: (x, y) => x + y }),
});
