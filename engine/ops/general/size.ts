// Size: the number of elements of its input, an int64 scalar (ONNX Size-21).
import { tensorOf } from '../../ir/tensor.js';
import { defineOp, zeroGradient } from '../defineOp.js';

export const size = defineOp({
  type: 'Size',
  since: 21,
  inputs: ['data'],
  outputs: ['size'],
  attributes: {},
  infer: () => [{ dtype: 'int64', shape: [] }],
  gradient: zeroGradient('a shape'),
  evaluate: ([data]) => [tensorOf('int64', [], [data!.data.length])],
  flops: () => 0,
});
