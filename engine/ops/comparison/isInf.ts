// IsInf: which elements are infinite, of either or one sign (ONNX IsInf-20).
import { element, setElement, zeros } from '../../ir/tensor.js';
import { flag } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';

export const isInf = defineOp({
  type: 'IsInf',
  since: 20,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { detect_negative: flag(true), detect_positive: flag(true) },
  infer: ({ X }) => [{ dtype: 'bool', shape: X.shape }],
  gradient: zeroGradient('a truth value'),
  evaluate: ([x], { detect_negative, detect_positive }) => {
    const result = zeros('bool', x!.shape);
    for (let index = 0; index < result.data.length; index++)
      setElement(
        result,
        index,
        (detect_negative && element(x!, index) === -Infinity) || (detect_positive && element(x!, index) === Infinity)
          ? 1
          : 0,
      );
    return [result];
  },
});
