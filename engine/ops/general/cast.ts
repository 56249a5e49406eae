// Cast: conversion to another element type (ONNX Cast-19).
import { isFloat } from '../../ir/dtype.js';
import { dtypeOfNumber } from '../../ir/onnxTypes.js';
import { element, setElement, zeros } from '../../ir/tensor.js';
import { int, requiredInt } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import { dtypeOf } from '../valueTypes.js';
import { integerElement, setInteger } from '../evaluation.js';

export const cast = defineOp({
  type: 'Cast',
  since: 19,
  inputs: ['input'],
  outputs: ['output'],
  attributes: { to: requiredInt(), saturate: int(1) },
  infer({ input, attributes, fail }) {
    const dtype = dtypeOfNumber(attributes.to) ?? fail('to', `element type number ${attributes.to} is not supported`);
    return [{ dtype, shape: input.shape }];
  },
  // Between float types the derivative is 1; through integers and booleans nothing flows.
  gradient: { input: ({ emit, input, dY }) => emit.cast(dY, dtypeOf(input)) },
  evaluate: ([input], { to }) => {
    const dtype = dtypeOfNumber(to);
    // Floats outside an integer's range convert differently from machine to machine: left to the backend.
    if (!dtype) return undefined;
    const result = zeros(dtype, input!.shape);
    const fromFloat = isFloat(input!.dtype);
    for (let index = 0; index < result.data.length; index++) {
      if (dtype === 'bool') setElement(result, index, element(input!, index) !== 0 ? 1 : 0);
      else if (isFloat(dtype)) setElement(result, index, element(input!, index));
      else if (!fromFloat) setInteger(result, index, integerElement(input!, index));
      else if (Math.abs(element(input!, index)) < 128) setElement(result, index, Math.trunc(element(input!, index)));
      else return undefined;
    }
    return [result];
  },
});
