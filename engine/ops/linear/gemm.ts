// Gemm: alpha·A'·B' + beta·C of matrices, each optionally transposed (ONNX Gemm-13).
import type { Value } from '../../ir/graph.js';
import { broadcastShapes, dimsConflict, formatShape } from '../../ir/shape.js';
import { knownSize } from '../inference.js';
import { flag, float } from '../attributes.js';
import { defineOp } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { rankOf, shapeOf } from '../valueTypes.js';
import { columnSums } from './columnSums.js';

export const gemm = defineOp({
  type: 'Gemm',
  since: 13,
  inputs: ['A', 'B', 'C?'],
  outputs: ['Y'],
  attributes: { alpha: float(1), beta: float(1), transA: flag(false), transB: flag(false) },
  infer: ({ A, B, C, attributes: { transA, transB }, fail }) => {
    for (const [port, input] of [['A', A] as const, ['B', B] as const])
      if (input.shape.length !== 2) fail(port, `rank must be 2, got ${formatShape(input.shape)}`);
    const [rows, inner] = transA ? [A.shape[1]!, A.shape[0]!] : [A.shape[0]!, A.shape[1]!];
    const [against, columns] = transB ? [B.shape[1]!, B.shape[0]!] : [B.shape[0]!, B.shape[1]!];
    if (dimsConflict(inner, against)) fail('B', `the inner size of B must equal A's ${inner}, got ${against}`);
    const shape = [rows, columns];
    const joined = C && broadcastShapes(shape, C.shape);
    if (C && joined?.length !== 2)
      fail('C', `shape ${formatShape(C.shape)} does not broadcast to ${formatShape(shape)}`);
    return [{ dtype: A.dtype, shape }];
  },
  // Y = α·A'·B' + β·C. dA' = α·dY·B'ᵀ, dB' = α·A'ᵀ·dY, dC = β·dY; transposes go into the products' flags.
  gradient: {
    A: ({ emit, B, dY, attributes: { alpha, transA, transB } }) =>
      transA ? product(emit, B, transB, dY, true, alpha) : product(emit, dY, false, B, !transB, alpha),
    B: ({ emit, A, dY, attributes: { alpha, transA, transB } }) =>
      transB ? product(emit, dY, true, A, transA, alpha) : product(emit, A, !transA, dY, false, alpha),
    C: ({ emit, C, dY, attributes: { beta } }) => {
      const summed = isRow(C!) && !isRow(dY) ? columnSums(emit, dY, rankOf(C!)) : dY;
      return beta === 1 ? summed : emit.mul(summed, beta);
    },
  },
  flops: (node) => {
    const output = node.outputs[0]?.shape;
    const inner = node.inputs[0]?.shape?.[node.attributes.transA?.value ? 0 : 1];
    return output && typeof inner === 'number' ? 2 * knownSize(output) * inner : 0;
  },
});

/** α·A'·B' as a MatMul where that says it, else as a Gemm. */
function product(emit: Emit, a: Value, transA: boolean, b: Value, transB: boolean, alpha: number): Value {
  if (!transA && !transB && alpha === 1) return emit.matMul(a, b);
  const key = [shapeOf(a).join('x'), transA, shapeOf(b).join('x'), transB].join(' ');
  const turned = (x: Value, transposed: boolean): Value => (transposed ? emit.transpose(x, [1, 0]) : x);
  return emit.choose('gemm.product', key, {
    gemm: () => emit.node('Gemm', [a, b], { transA, transB, alpha }),
    transpose: () => {
      const result = emit.matMul(turned(a, transA), turned(b, transB));
      return alpha === 1 ? result : emit.mul(result, alpha);
    },
  });
}

/** [N] or [1, N]: a bias that all rows share. */
function isRow(value: Value): boolean {
  const shape = shapeOf(value);
  return shape.length === 1 ? shape[0] !== 1 : shape.length === 2 && shape[0] === 1;
}
