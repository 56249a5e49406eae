// IsNaN: which elements are not a number (ONNX IsNaN-20).
import { element, setElement, zeros } from '../../ir/tensor.js';
import { defineOp, zeroGradient } from '../defineOp.js';

export const isNaN = defineOp({
  type: 'IsNaN',
  since: 20,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: {},
  infer: ({ X }) => [{ dtype: 'bool', shape: X.shape }],
  gradient: zeroGradient('a truth value'),
  evaluate: ([x]) => {
    const result = zeros('bool', x!.shape);
    for (let index = 0; index < result.data.length; index++)
      setElement(result, index, Number.isNaN(element(x!, index)) ? 1 : 0);
    return [result];
  },
});
