// Products of dimensions, symbols included: how Reshape and Flatten keep a symbolic batch.
import type { Dim, Shape } from '../../ir/shape.js';

/** A number times symbols; every unknown dimension counts as a symbol of its own. */
export interface DimProduct {
  readonly factor: number;
  readonly symbols: readonly (string | symbol)[];
}

/** The product of the dimensions; `unknowns` names the `null` ones, so that one taken over twice cancels. */
export function dimProduct(shape: Shape, unknowns: readonly symbol[] = shape.map(() => Symbol('?'))): DimProduct {
  const symbols = shape.flatMap((dim, axis) => (typeof dim === 'number' ? [] : [dim ?? unknowns[axis]!]));
  return { factor: shape.reduce<number>((n, dim) => (typeof dim === 'number' ? n * dim : n), 1), symbols };
}

/** a / b where the symbols of b all cancel; `undefined` where they do not. */
export function divide(a: DimProduct, b: DimProduct): DimProduct | undefined {
  const rest = [...a.symbols];
  for (const symbol of b.symbols) {
    const at = rest.indexOf(symbol);
    if (at < 0) return undefined;
    rest.splice(at, 1);
  }
  return { factor: a.factor / b.factor, symbols: rest };
}

/** The product as one dimension: a number, a lone symbol, else unknown. */
export function asDim({ factor, symbols }: DimProduct): Dim {
  if (symbols.length === 0) return factor;
  const [only] = symbols;
  return symbols.length === 1 && factor === 1 && typeof only === 'string' ? only : null;
}
