// How far a result is off.
import { element, type Tensor } from '../../../engine/ir/tensor.js';

/** The largest difference of two elements relative to 1 + |wanted|; NaN equals NaN. Infinity where types or shapes differ. */
export function tensorError(actual: Tensor, wanted: Tensor): number {
  if (actual.dtype !== wanted.dtype || actual.shape.join() !== wanted.shape.join()) return Infinity;
  let largest = 0;
  for (let at = 0; at < wanted.data.length; at++) {
    const [left, right] = [element(actual, at), element(wanted, at)];
    if (left === right || (Number.isNaN(left) && Number.isNaN(right))) continue;
    const error = Math.abs(left - right) / (1 + Math.abs(right));
    largest = Math.max(largest, Number.isNaN(error) ? Infinity : error);
  }
  return largest;
}
