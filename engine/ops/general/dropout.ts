// Dropout: the identity, as in inference (ONNX Dropout-13). With training_mode it is refused by name: its
// random numbers would be the runtime's; a model's own Dropout layer multiplies by a field of ours instead.
import { element } from '../../ir/tensor.js';
import { optionalInt } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';

export const dropout = defineOp({
  type: 'Dropout',
  since: 13,
  inputs: ['data', 'ratio?', 'training_mode?'],
  outputs: ['output', 'mask?'],
  attributes: { seed: optionalInt() },
  infer({ data, training_mode, fail }) {
    if (training_mode && !training_mode.constant) fail('training_mode', 'must be a constant false');
    if (training_mode?.constant && element(training_mode.constant, 0) !== 0)
      fail('training_mode', 'must be false: random numbers come from named fields; use the Dropout layer to train');
    return [
      { dtype: data.dtype, shape: data.shape },
      { dtype: 'bool', shape: data.shape },
    ];
  },
  // Y = X
  gradient: {
    data: ({ dY }) => dY,
    ratio: zeroGradient('unused in inference'),
    training_mode: zeroGradient('a truth value'),
  },
  flops: () => 0,
});
