// ThresholdedRelu: X where X > alpha, else 0, elementwise (ONNX ThresholdedRelu-10).
import { float } from '../attributes.js';
import { defineUnary } from '../defineUnary.js';

export const thresholdedRelu = defineUnary({
  type: 'ThresholdedRelu',
  since: 10,
  attributes: { alpha: float(1) },
  // dX = dY where X > alpha, else 0
  gradient: ({ emit, X, dY, attributes }) => emit.where(emit.greater(X, attributes.alpha), dY, 0),
  float: (x, { alpha }) => (x > alpha ? x : 0),
});
