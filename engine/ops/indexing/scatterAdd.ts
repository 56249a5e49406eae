// Adding slices where indices say, several into one place: ScatterND(add) in the form that runs right.
import type { Value } from '../../ir/graph.js';
import { isStatic, sizeOf } from '../../ir/shape.js';
import type { Emit } from '../emit.js';
import { shapeOf } from '../valueTypes.js';

/**
 * The most elements that one ScatterND may add. onnxruntime's CPU kernel shares its updates among threads
 * without guarding equal indices, and so loses some. Its cost model gives a second thread from 210,000
 * elements (measured in 1.30 and 1.31: right at 205,000, wrong at 215,000 whatever the shape), so larger
 * updates are cut; the pieces write in place and take 17 times less than ScatterElements.
 */
export const serialElements = 196_608;

/**
 * Adds updates[k, …] into target[indices[k, :], …], of static shapes; indices are [K, depth] of int64 and
 * may repeat.
 */
export function scatterAdd(emit: Emit, target: Value, indices: Value, updates: Value): Value {
  const lengths = pieceLengths(updates);
  const indexPieces = emit.split(indices, lengths, 0);
  const updatePieces = emit.split(updates, lengths, 0);
  return updatePieces.reduce(
    (sum, piece, at) => emit.node('ScatterND', [sum, indexPieces[at], piece], { reduction: 'add' }),
    target,
  );
}

/** Rows of each piece, as even as can be; unknown sizes are left whole. */
function pieceLengths(updates: Value): number[] {
  const shape = shapeOf(updates);
  if (!isStatic(shape)) return [0];
  const rows = shape[0]!;
  const pieces = Math.min(Math.max(1, rows), Math.ceil(sizeOf(shape) / serialElements) || 1);
  const length = Math.ceil(rows / pieces);
  const count = Math.ceil(rows / length) || 1;
  return Array.from({ length: count }, (_, at) => Math.min(length, rows - at * length));
}
