// Clip: limits X to [min, max], elementwise (ONNX Clip-13). Where min exceeds max the result is max.
import { defineOp } from '../defineOp.js';
import { zipTensors } from '../evaluation.js';
import { likeFirst } from '../inference.js';

export const clip = defineOp({
  type: 'Clip',
  since: 13,
  inputs: ['input', 'min?', 'max?'],
  outputs: ['output'],
  attributes: {},
  infer: ({ input }) => likeFirst(input),
  // dX = dY inside the limits, both included; a limit receives what it holds back
  gradient: {
    input: ({ emit, input, min, max, dY }) => {
      const above = min && emit.greaterOrEqual(input, min);
      const below = max && emit.lessOrEqual(input, max);
      const inside = above && below ? emit.and(above, below) : (above ?? below);
      return inside ? emit.where(inside, dY, 0) : dY;
    },
    min: ({ emit, input, min, max, dY }) => {
      const held = emit.less(input, min!);
      return emit.where(max ? emit.and(held, emit.less(min!, max)) : held, dY, 0);
    },
    max: ({ emit, input, min, max, dY }) => {
      const free = emit.lessOrEqual(input, max!);
      return emit.where(min ? emit.and(free, emit.less(min, max!)) : free, 0, dY);
    },
  },
  evaluate: ([input, min, max]) => {
    const raised = min ? zipTensors(input!, min, { float: Math.max, integer: (x, y) => (x > y ? x : y) }) : input;
    const lowered =
      raised && max ? zipTensors(raised, max, { float: Math.min, integer: (x, y) => (x < y ? x : y) }) : raised;
    return lowered && [lowered];
  },
});
