// Flatten: all axes before `axis` into one, all from it into another (ONNX Flatten-21).
import { int } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { checkedAxis } from '../inference.js';
import { asDim, dimProduct } from './dimProduct.js';
import { reshaped } from './rearrange.js';
import { sizeOf } from '../../ir/shape.js';

export const flatten = defineOp({
  type: 'Flatten',
  since: 1,
  inputs: ['input'],
  outputs: ['output'],
  attributes: { axis: int(1) },
  // [d0 … d(axis-1), d(axis) … d(n-1)] → [∏ before, ∏ from]
  infer: ({ input, attributes, fail }) => {
    const axis =
      attributes.axis === input.shape.length ? attributes.axis : checkedAxis(attributes.axis, input.shape.length, fail);
    const shape = [input.shape.slice(0, axis), input.shape.slice(axis)].map((part) => asDim(dimProduct(part)));
    return [{ dtype: input.dtype, shape }];
  },
  gradient: {
    input: ({ emit, input, dY }) => emit.reshapeLike(dY, input),
  },
  evaluate: ([input], { axis }) => {
    const at = axis < 0 ? axis + input!.shape.length : axis;
    return [reshaped(input!, [sizeOf(input!.shape.slice(0, at)), sizeOf(input!.shape.slice(at))])];
  },
  flops: () => 0,
});
