// Shapes with symbolic dimensions, and the arithmetic on them that shape rules share.

/** A known size, a named unknown size (`'batch'`), or an unknown one without a name (`null`). */
export type Dim = number | string | null;
export type Shape = readonly Dim[];

export function isStatic(shape: Shape | undefined): shape is readonly number[] {
  return shape?.every((dim) => typeof dim === 'number') ?? false;
}

/** Number of elements of a static shape (1 for a scalar). */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** Row-major strides, in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Two dimensions that cannot both be meant: both known and different. */
export function dimsConflict(a: Dim, b: Dim): boolean {
  return typeof a === 'number' && typeof b === 'number' && a !== b;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim !== null && dim === b[axis]);
}

/** The axis counted from the front; `undefined` when it lies outside `[-rank, rank)`. */
export function normalAxis(axis: number, rank: number): number | undefined {
  const normal = axis < 0 ? axis + rank : axis;
  return Number.isInteger(axis) && normal >= 0 && normal < rank ? normal : undefined;
}

/** NumPy broadcasting of several shapes; `undefined` when two dimensions disagree. */
export function broadcastShapes(...shapes: Shape[]): Shape | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result: Dim[] = [];
  for (let axis = 0; axis < rank; axis++) {
    let joined: Dim = 1;
    for (const shape of shapes) {
      const dim = shape[axis - rank + shape.length];
      if (dim === undefined || dim === 1) continue;
      if (joined === 1) joined = dim;
      else if (dimsConflict(joined, dim)) return undefined;
      else if (typeof dim === 'number') joined = dim;
      else if (typeof joined !== 'number' && joined !== dim) joined = null;
    }
    result.push(joined);
  }
  return result;
}

/** `[2, batch, ?]`, as messages and the text form show it. */
export function formatShape(shape: Shape | undefined): string {
  return shape ? `[${shape.map((dim) => dim ?? '?').join(', ')}]` : 'unknown shape';
}
