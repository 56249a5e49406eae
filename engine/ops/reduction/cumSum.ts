// CumSum: running sums along an axis (ONNX CumSum-14).
import { stridesOf } from '../../ir/shape.js';
import { element, elements, setElement, zeros } from '../../ir/tensor.js';
import { flag } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';

export const cumSum = defineOp({
  type: 'CumSum',
  since: 14,
  inputs: ['x', 'axis'],
  outputs: ['y'],
  attributes: { exclusive: flag(false), reverse: flag(false) },
  infer: ({ x }) => [{ dtype: x.dtype, shape: x.shape }],
  gradient: {
    // dx_i = Σ_{j ≥ i} dy_j: the running sum the other way
    x: ({ emit, axis, attributes: { exclusive, reverse }, dY }) =>
      emit.node('CumSum', [dY, axis], { exclusive, reverse: !reverse }),
    axis: zeroGradient('an axis'),
  },
  evaluate: ([x, axisTensor], { exclusive, reverse }) => {
    const { shape } = x!;
    const given = elements(axisTensor!)[0]!;
    const axis = given < 0 ? given + shape.length : given;
    const stride = stridesOf(shape)[axis]!;
    const size = shape[axis]!;
    const y = zeros(x!.dtype, shape);
    for (let start = 0; start < y.data.length; start++) {
      if (Math.floor(start / stride) % size !== 0) continue;
      let sum = 0;
      for (let step = 0; step < size; step++) {
        const at = start + (reverse ? size - 1 - step : step) * stride;
        const value = element(x!, at);
        setElement(y, at, exclusive ? sum : sum + value);
        sum += value;
      }
    }
    return [y];
  },
});
