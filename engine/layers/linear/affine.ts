// x·Wᵀ + b over the last axis: the product inside Dense, attention and the Transformer blocks.
import type { Value } from '../../ir/graph.js';
import { isStatic, sizeOf } from '../../ir/shape.js';
import type { Emit } from '../../ops/emit.js';
import { shapeOf } from '../../ops/valueTypes.js';
import { weightInitializer, zeroInitializer, type InitializerName } from '../initialization.js';
import type { LoweringScope } from '../scope.js';
import { normalizedWeight } from './normalizedWeight.js';

export interface AffineOptions {
  readonly units: number;
  readonly bias: boolean;
  readonly initializer: InitializerName;
  readonly weightNorm?: boolean;
}

/** Declares `weight` [units, in] and `bias` [units] in the scope and applies them; x is [batch, …, in]. */
export function lowerAffine(scope: LoweringScope, x: Value, options: AffineOptions): Value {
  const features = shapeOf(x).at(-1) as number;
  const shape = [options.units, features];
  const initializer = weightInitializer(options.initializer);
  const weight = options.weightNorm
    ? normalizedWeight(scope, { shape, initializer })
    : scope.parameter('weight', { shape, initializer });
  const bias = options.bias
    ? scope.parameter('bias', { shape: [options.units], initializer: zeroInitializer, decay: false })
    : undefined;
  return emitAffine(scope.emit, x, weight, bias);
}

/**
 * `x` [batch, …, in], `weight` [out, in], `bias` [out] → [batch, …, out]. One Gemm where the leading
 * sizes are known (its gradient is then two more), a MatMul where they are not.
 */
export function emitAffine(emit: Emit, x: Value, weight: Value, bias: Value | undefined): Value {
  const shape = shapeOf(x);
  if (shape.length === 2) return emit.node('Gemm', [x, weight, bias], { transB: true });
  if (!isStatic(shape)) {
    const product = emit.matMul(x, emit.transposeLast(weight));
    return bias ? emit.add(product, bias) : product;
  }
  const rows = sizeOf(shape.slice(0, -1));
  const flat = emit.reshape(x, [rows, shape.at(-1)!]);
  const product = emit.node('Gemm', [flat, weight, bias], { transB: true });
  return emit.reshape(product, [...shape.slice(0, -1), shapeOf(weight)[0] as number]);
}
