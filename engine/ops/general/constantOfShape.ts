// ConstantOfShape: a block of one value in a given shape (ONNX ConstantOfShape-21).
import { sizeOf } from '../../ir/shape.js';
import { element, elements, tensorOf } from '../../ir/tensor.js';
import { optionalTensor } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import { evaluationLimit } from '../evaluation.js';
import { constantNumbers } from '../inference.js';

export const constantOfShape = defineOp({
  type: 'ConstantOfShape',
  since: 21,
  inputs: ['input'],
  outputs: ['output'],
  attributes: { value: optionalTensor() },
  infer({ input, attributes, fail }) {
    const rank = input.shape[0];
    if (input.shape.length !== 1) fail('input', `a shape must be a vector, got rank ${input.shape.length}`);
    const unknown = typeof rank === 'number' ? new Array<null>(rank).fill(null) : undefined;
    return [{ dtype: attributes.value?.dtype ?? 'float32', shape: constantNumbers(input) ?? unknown }];
  },
  gradient: zeroGradient('a shape'),
  evaluate: ([input], { value }) => {
    const shape = elements(input!);
    if (sizeOf(shape) > evaluationLimit) return undefined;
    const number = value ? element(value, 0) : 0;
    return [tensorOf(value?.dtype ?? 'float32', shape, new Array<number>(sizeOf(shape)).fill(number))];
  },
});
