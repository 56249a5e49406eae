// A linear map along one axis, as a matrix product.
import type { Value } from '../../ir/graph.js';
import { sizeOf } from '../../ir/shape.js';
import { tensorOf } from '../../ir/tensor.js';
import type { Emit } from '../emit.js';
import { dtypeOf } from '../valueTypes.js';
import { openShapeOf } from './dims.js';

/**
 * y[…, i, …] = Σ_o matrix[o][i]·x[…, o, …]; the axis, which is static, goes from `matrix.length` to the row
 * length. One other dimension may be symbolic.
 */
export function alongAxis(emit: Emit, x: Value, axis: number, matrix: readonly (readonly number[])[]): Value {
  const shape = openShapeOf(x);
  const from = matrix.length;
  const to = matrix[0]!.length;
  if (axis === shape.length - 1)
    return emit.matMul(x, emit.constant(tensorOf(dtypeOf(x), [from, to], matrix.flat()), 'weights'));
  const turned = Array.from({ length: to }, (_, column) => matrix.map((row) => row[column]!));
  const weights = emit.constant(tensorOf(dtypeOf(x), [to, from], turned.flat()), 'weights');
  const product = (sizes: readonly number[]): number => (sizes.includes(-1) ? -1 : sizeOf(sizes));
  const flat = emit.reshape(x, [product(shape.slice(0, axis)), from, product(shape.slice(axis + 1))]);
  return emit.reshape(emit.matMul(weights, flat), shape.with(axis, to));
}
