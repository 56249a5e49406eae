// Sums the rows of a matrix, as the gradient of a bias asks.
import type { Value } from '../../ir/graph.js';
import { isStatic } from '../../ir/shape.js';
import type { Emit } from '../emit.js';
import { shapeOf } from '../valueTypes.js';

/**
 * x [R, N] → [N] (`rank` 1) or [1, N] (`rank` 2). A plain reduction over the first axis of a tall
 * matrix runs on one thread in onnxruntime; in two stages it uses all of them.
 */
export function columnSums(emit: Emit, x: Value, rank: number): Value {
  const shape = shapeOf(x);
  const keepdims = rank === 2;
  const plain = (): Value => emit.reduceSum(x, [0], keepdims);
  if (!isStatic(shape)) return plain();
  const [rows, columns] = shape as readonly [number, number];
  const parts = [32, 8, 7, 6, 5].find((count) => rows % count === 0 && rows / count >= 32);
  if (parts === undefined) return plain();
  const staged = (): Value => {
    const partial = emit.reduceSum(emit.reshape(x, [parts, rows / parts, columns]), [1]);
    return emit.reduceSum(partial, [0], keepdims);
  };
  return emit.choose('gemm.columnSums', `${rows}x${columns}`, { staged, plain });
}
