// Identity: its input, unchanged (ONNX Identity-19).
import { defineOp } from '../defineOp.js';
import { likeFirst } from '../inference.js';

export const identity = defineOp({
  type: 'Identity',
  since: 19,
  inputs: ['input'],
  outputs: ['output'],
  attributes: {},
  infer: ({ input }) => likeFirst(input),
  gradient: { input: ({ dY }) => dY },
  evaluate: ([input]) => [input!],
  flops: () => 0,
});
