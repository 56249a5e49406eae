// HardSigmoid: max(0, min(1, alpha·X + beta)), elementwise (ONNX HardSigmoid-6).
import { float } from '../attributes.js';
import { defineUnary } from '../defineUnary.js';

export const hardSigmoid = defineUnary({
  type: 'HardSigmoid',
  since: 6,
  attributes: { alpha: float(0.2), beta: float(0.5) },
  // dX = alpha·dY where 0 < Y < 1, else 0
  gradient: ({ emit, Y, dY, attributes }) =>
    emit.where(emit.and(emit.greater(Y, 0), emit.less(Y, 1)), emit.mul(dY, attributes.alpha), 0),
  flops: 4,
});
