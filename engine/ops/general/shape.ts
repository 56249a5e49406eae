// Shape: the dimensions [start, end) of its input as an int64 vector (ONNX Shape-21).
import { tensorOf } from '../../ir/tensor.js';
import { int, optionalInt } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';

export const shape = defineOp({
  type: 'Shape',
  since: 21,
  inputs: ['data'],
  outputs: ['shape'],
  attributes: { start: int(0), end: optionalInt() },
  infer: ({ data, attributes }) => [{ dtype: 'int64', shape: [part(data.shape, attributes).length] }],
  gradient: zeroGradient('a shape'),
  evaluate: ([data], attributes) => {
    const dims = part(data!.shape, attributes);
    return [tensorOf('int64', [dims.length], dims)];
  },
  flops: () => 0,
});

/** Negative bounds count from the back; both are clamped to the rank, as slices are. */
function part<T>(dims: readonly T[], { start, end }: { start: number; end: number | undefined }): T[] {
  return dims.slice(start, end ?? dims.length);
}
