// Range: start, start + delta, … below limit (ONNX Range-11).
import { element, tensorOf } from '../../ir/tensor.js';
import { defineOp, notDifferentiable } from '../defineOp.js';
import { evaluationLimit } from '../evaluation.js';

export const range = defineOp({
  type: 'Range',
  since: 11,
  inputs: ['start', 'limit', 'delta'],
  outputs: ['output'],
  attributes: {},
  infer({ start, limit, delta, fail }) {
    if (delta.constant && element(delta.constant, 0) === 0) fail('delta', 'delta must not be 0');
    const known = start.constant && limit.constant && delta.constant;
    const bounds = known && [start, limit, delta].map(({ constant }) => element(constant!, 0));
    return [{ dtype: start.dtype, shape: [bounds ? countOf(bounds) : null] }];
  },
  gradient: notDifferentiable('its length depends on its inputs; use a constant range and arithmetic'),
  evaluate: (inputs) => {
    const bounds = inputs.map((input) => element(input!, 0));
    const [start, , delta] = bounds;
    const count = countOf(bounds);
    if (count > evaluationLimit) return undefined;
    const values = Array.from({ length: count }, (_, index) => start! + index * delta!);
    return [tensorOf(inputs[0]!.dtype, [count], values)];
  },
});

function countOf([start, limit, delta]: readonly number[]): number {
  return Math.max(0, Math.ceil((limit! - start!) / delta!));
}
