// Pads in ONNX's order: all begins, then all ends.
import type { Value } from '../../ir/graph.js';
import { rankOf } from '../valueTypes.js';

/** Pads of one axis only. */
export function padsAlong(x: Value, axis: number, before: number, after: number): number[] {
  const rank = rankOf(x);
  return Array.from({ length: 2 * rank }, (_, at) => (at === axis ? before : at === axis + rank ? after : 0));
}
