// Σ Aᵢᵀ·Bᵢ as one product: what arrives at a weight that many steps share.
import type { Value } from '../ir/graph.js';
import { isStatic } from '../ir/shape.js';
import type { Emit } from '../ops/emit.js';

interface Product {
  readonly a: Value;
  readonly b: Value;
}

/** Below this, concatenating costs more than adding. */
const fewest = 8;

/**
 * Where all of `gradients` are products Aᵢᵀ·Bᵢ of matrices: [A₁; A₂; …]ᵀ·[B₁; B₂; …], one product that
 * uses all threads in the place of many small ones and as many sums. Else `undefined`. The single
 * products are left without a reader, for dead code removal.
 */
export function sumOfProducts(emit: Emit, gradients: readonly Value[]): Value | undefined {
  if (gradients.length < fewest) return undefined;
  const products: Product[] = [];
  for (const gradient of gradients) {
    const product = productOf(gradient);
    if (!product) return undefined;
    products.push(product);
  }
  const stacked = (values: readonly Value[]): Value => emit.concat(values, 0);
  const operands = [stacked(products.map(({ a }) => a)), stacked(products.map(({ b }) => b))];
  return emit.node('Gemm', operands, { transA: true });
}

/** The operands of a value that is a plain product Aᵀ·B of matrices, however it is written. */
function productOf(value: Value): Product | undefined {
  const node = value.producer;
  const [a, b, c] = node?.inputs ?? [];
  if (!node || !a || !b || c || !isStatic(value.shape) || a.shape?.length !== 2 || b.shape?.length !== 2)
    return undefined;
  const { transA, transB, alpha } = node.attributes;
  if (node.type === 'Gemm' && transA?.value === 1 && !transB?.value && (alpha?.value ?? 1) === 1) return { a, b };
  const turned = a.producer;
  if (node.type === 'MatMul' && turned?.type === 'Transpose') return { a: turned.inputs[0]!, b };
  return undefined;
}
