// Orthonormal rows from random ones, in float64 with exact IEEE operations only, so that the bits agree everywhere.

/**
 * Orthonormalises `count` rows of `length` (count ≤ length) in place, in order, and returns them: the Q of a QR
 * decomposition whose R has a positive diagonal, so that normal rows give the uniform (Haar) distribution.
 * Gram–Schmidt, projected twice («twice is enough», Kahan and Parlett): orthogonal to about 1e-15.
 */
export function orthogonalRows(rows: Float64Array, count: number, length: number): Float64Array {
  for (let row = 0; row < count; row++) {
    const current = rows.subarray(row * length, (row + 1) * length);
    for (let pass = 0; pass < 2; pass++)
      for (let other = 0; other < row; other++) {
        const earlier = rows.subarray(other * length, (other + 1) * length);
        const projection = dot(current, earlier);
        for (let index = 0; index < length; index++) current[index]! -= projection * earlier[index]!;
      }
    const norm = Math.sqrt(dot(current, current));
    for (let index = 0; index < length; index++) current[index]! /= norm;
  }
  return rows;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}
