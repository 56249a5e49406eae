// MeanVarianceNormalization: standardises over given axes (ONNX MeanVarianceNormalization-13).
import { ints } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { checkedAxis, likeX } from '../inference.js';
import { standardized, standardizedGradient } from './statistics.js';

export const meanVarianceNormalization = defineOp({
  type: 'MeanVarianceNormalization',
  since: 13,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { axes: ints([0, 2, 3]) },
  infer: (context) => {
    for (const axis of context.attributes.axes ?? []) checkedAxis(axis, context.X.shape.length, context.fail, 'axes');
    return likeX(context);
  },
  // Y = (X − mean)/(√var + 1e-9); the tiny term is left out of the gradient.
  gradient: {
    X: ({ emit, X, dY, attributes: { axes = [] } }) =>
      standardizedGradient(emit, standardized(emit, X, axes, 1e-18), dY, axes),
  },
});
