// What ArgMax and ArgMin share.
import { flag, int } from '../attributes.js';
import { defineOp, zeroGradient, type OpDefinition } from '../defineOp.js';
import { checkedAxis } from '../inference.js';

/** The position of an extreme element along one axis, as int64; of several the first unless told otherwise. */
export function defineArgExtremum(type: 'ArgMax' | 'ArgMin'): OpDefinition {
  return defineOp({
    type,
    since: 13,
    inputs: ['data'],
    outputs: ['reduced'],
    attributes: { axis: int(0), keepdims: flag(true), select_last_index: flag(false) },
    infer: ({ data, attributes, fail }) => {
      const axis = checkedAxis(attributes.axis, data.shape.length, fail);
      const shape = attributes.keepdims ? data.shape.with(axis, 1) : data.shape.toSpliced(axis, 1);
      return [{ dtype: 'int64', shape }];
    },
    gradient: zeroGradient('a position'),
  });
}
