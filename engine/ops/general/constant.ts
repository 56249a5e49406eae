// Constant: a tensor written into the node itself (ONNX Constant-21). Sparse values and strings are not supported.
import { tensorOf, type Tensor } from '../../ir/tensor.js';
import { floats, ints, optionalFloat, optionalInt, optionalTensor, type AttributeValues } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';

const attributes = {
  value: optionalTensor(),
  value_float: optionalFloat(),
  value_floats: floats(),
  value_int: optionalInt(),
  value_ints: ints(),
};

export const constant = defineOp({
  type: 'Constant',
  since: 21,
  inputs: [],
  outputs: ['output'],
  attributes,
  infer(context) {
    const tensor = tensorIn(context.attributes) ?? context.fail('value', 'needs value, value_float(s) or value_int(s)');
    return [{ dtype: tensor.dtype, shape: tensor.shape }];
  },
  gradient: zeroGradient('a constant'),
  evaluate: (_inputs, given) => {
    const tensor = tensorIn(given);
    return tensor && [tensor];
  },
  flops: () => 0,
});

function tensorIn(given: AttributeValues<typeof attributes>): Tensor | undefined {
  if (given.value) return given.value;
  if (given.value_float !== undefined) return tensorOf('float32', [], [given.value_float]);
  if (given.value_floats) return tensorOf('float32', [given.value_floats.length], given.value_floats);
  if (given.value_int !== undefined) return tensorOf('int64', [], [given.value_int]);
  return given.value_ints && tensorOf('int64', [given.value_ints.length], given.value_ints);
}
