// Where: X where the condition holds, else Y, elementwise with broadcasting (ONNX Where-16).
import { broadcastShapes, formatShape } from '../../ir/shape.js';
import { zeros } from '../../ir/tensor.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import { broadcastIndex, copyElement } from '../evaluation.js';

export const where = defineOp({
  type: 'Where',
  since: 16,
  inputs: ['condition', 'X', 'Y'],
  outputs: ['output'],
  attributes: {},
  infer({ condition, X, Y, fail }) {
    if (condition.dtype !== 'bool') fail('condition', `condition must be bool, got ${condition.dtype}`);
    if (X.dtype !== Y.dtype) fail('Y', `X and Y must have one element type, got ${X.dtype} and ${Y.dtype}`);
    const shapes = [condition.shape, X.shape, Y.shape];
    const shape = broadcastShapes(...shapes);
    if (!shape) fail('Y', `shapes ${shapes.map(formatShape).join(', ')} do not broadcast`);
    return [{ dtype: X.dtype, shape }];
  },
  // Each operand receives dY where it was taken. The other one's rule may yield NaN there: Where keeps
  // it out, a product with 0 would not.
  gradient: {
    condition: zeroGradient('a truth value'),
    X: ({ emit, condition, dY }) => emit.where(condition, dY, 0),
    Y: ({ emit, condition, dY }) => emit.where(condition, emit.scalar(0, dY), dY),
  },
  evaluate: ([condition, x, y]) => {
    const shape = broadcastShapes(condition!.shape, x!.shape, y!.shape) as readonly number[];
    const result = zeros(x!.dtype, shape);
    const [at, left, right] = [condition!, x!, y!].map((operand) => broadcastIndex(shape, operand.shape));
    for (let index = 0; index < result.data.length; index++)
      if (condition!.data[at!(index)]) copyElement(result, index, x!, left!(index));
      else copyElement(result, index, y!, right!(index));
    return [result];
  },
});
