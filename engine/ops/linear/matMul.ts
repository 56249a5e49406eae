// MatMul: matrix product over the last two axes, the leading ones broadcast (ONNX MatMul-13).
import type { Node, Value } from '../../ir/graph.js';
import { broadcastShapes, dimsConflict, formatShape, type Dim, type Shape } from '../../ir/shape.js';
import { knownSize } from '../inference.js';
import { defineOp } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { rankOf, shapeOf, staticShapeOf } from '../valueTypes.js';

export const matMul = defineOp({
  type: 'MatMul',
  since: 13,
  inputs: ['A', 'B'],
  outputs: ['Y'],
  attributes: {},
  infer: ({ A, B, fail }) => {
    if (A.dtype !== B.dtype) fail('B', `A and B must have one element type, got ${A.dtype} and ${B.dtype}`);
    return [{ dtype: A.dtype, shape: productShape(A.shape, B.shape, fail) }];
  },
  // dA = dY·Bᵀ, dB = Aᵀ·dY; a vector operand is a row (A) or a column (B) for the while.
  gradient: {
    A: ({ emit, A, B, dY }) => {
      if (rankOf(B) === 1) return outer(emit, dY, B);
      if (rankOf(A) === 1) return emit.squeeze(timesTransposed(emit, emit.unsqueeze(dY, [-2]), B), [-2]);
      return timesTransposed(emit, dY, B);
    },
    B: ({ emit, A, B, dY }) => {
      if (rankOf(A) === 1 && rankOf(B) === 1) return emit.mul(dY, A);
      if (rankOf(A) === 1) return emit.mul(emit.unsqueeze(A, [-1]), emit.unsqueeze(dY, [-2]));
      if (rankOf(B) === 1) return emit.squeeze(transposedTimes(emit, A, emit.unsqueeze(dY, [-1])), [-1]);
      return rankOf(B) === 2 ? sharedWeightGradient(emit, A, dY) : transposedTimes(emit, A, dY);
    },
  },
  flops: matMulFlops,
});

type Fail = (port: string, sentence: string) => never;

/** [..., M, K] · [..., K, N] → [broadcast of ..., M, N]; vectors lose their axis. */
function productShape(a: Shape, b: Shape, fail: Fail): Shape {
  if (a.length === 0) fail('A', 'rank must be at least 1, got a scalar; multiply with Mul instead');
  if (b.length === 0) fail('B', 'rank must be at least 1, got a scalar; multiply with Mul instead');
  const inner = a.at(-1)!;
  const against = b.length === 1 ? b[0]! : b.at(-2)!;
  if (dimsConflict(inner, against))
    fail(
      'B',
      `rows of B ${formatShape(b)} must equal columns of A ${formatShape(a)}: ${inner} expected, got ${against}`,
    );
  const leading = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
  if (!leading) fail('B', `leading axes of ${formatShape(a)} and ${formatShape(b)} do not broadcast`);
  const rows: Dim[] = a.length === 1 ? [] : [a.at(-2)!];
  const columns: Dim[] = b.length === 1 ? [] : [b.at(-1)!];
  return [...leading, ...rows, ...columns];
}

/** dY [..., M] and a vector [K] → [..., M, K]. */
function outer(emit: Emit, dY: Value, vector: Value): Value {
  return rankOf(dY) === 0 ? emit.mul(dY, vector) : emit.mul(emit.unsqueeze(dY, [-1]), vector);
}

/** dY · Bᵀ, without materialising the transpose where the operands are matrices. */
function timesTransposed(emit: Emit, dY: Value, b: Value): Value {
  const byTranspose = (): Value => emit.matMul(dY, emit.transposeLast(b));
  if (rankOf(b) !== 2 || rankOf(dY) !== 2) return byTranspose();
  return emit.choose('matMul.timesTransposed', shapesKey(dY, b), {
    gemm: () => emit.node('Gemm', [dY, b], { transB: true }),
    transpose: byTranspose,
  });
}

/** Aᵀ · dY, batched. */
function transposedTimes(emit: Emit, a: Value, dY: Value): Value {
  return emit.matMul(emit.transposeLast(a), dY);
}

/** The gradient of a matrix that every batch shares: one product over all rows, not one a batch and a sum. */
function sharedWeightGradient(emit: Emit, a: Value, dY: Value): Value {
  const rows = (x: Value): Value => (rankOf(x) === 2 ? x : emit.reshape(x, [-1, lastDim(x)]));
  return emit.choose('matMul.sharedWeightGradient', shapesKey(a, dY), {
    gemm: () => emit.node('Gemm', [rows(a), rows(dY)], { transA: true }),
    transpose: () => emit.matMul(emit.transpose(rows(a), [1, 0]), rows(dY)),
  });
}

function lastDim(value: Value): number {
  return staticShapeOf(value).at(-1)!;
}

export function shapesKey(...values: readonly Value[]): string {
  return values.map((value) => shapeOf(value).join('x')).join(' ');
}

/** 2·M·N·K for each batch. */
export function matMulFlops(node: Node): number {
  const inner = node.inputs[0]?.shape?.at(-1);
  const output = node.outputs[0]?.shape;
  return output && typeof inner === 'number' ? 2 * knownSize(output) * inner : 0;
}
