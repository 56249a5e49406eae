// Trilu: keeps a triangle of the last two axes, zeros elsewhere (ONNX Trilu-14).
import { flag } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';

export const trilu = defineOp({
  type: 'Trilu',
  since: 14,
  inputs: ['input', 'k?'],
  outputs: ['output'],
  attributes: { upper: flag(true) },
  infer: ({ input, fail }) => {
    if (input.shape.length < 2) fail('input', `rank must be 2 or more, got ${input.shape.length}`);
    return [{ dtype: input.dtype, shape: input.shape }];
  },
  gradient: {
    input: ({ emit, k, attributes: { upper }, dY }) => emit.node('Trilu', [dY, k], { upper }),
    k: zeroGradient('a diagonal'),
  },
});
