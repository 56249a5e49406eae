// Faults that many layers share.
import type { ValueType } from '../ir/graph.js';
import type { Dim } from '../ir/shape.js';
import type { Report } from './defineLayer.js';
import { limits } from './modelSpec.js';

/** The size of an axis of a type that `requireKnown` has passed. */
export function known(dim: Dim | undefined): number {
  return dim as number;
}

/** A parameter takes its shape from this axis (counted from the end where negative), so it must be a number. */
export function requireKnown(input: ValueType, axis: number, port: string, report: Report): boolean {
  const dim = input.shape.at(axis);
  if (typeof dim === 'number') return true;
  report(port, `axis ${axis} of ${port} must have a known size, got ${dim ?? 'an unknown one'}`);
  return false;
}

/** All sizes but the batch's must be numbers. */
export function requireKnownShape(input: ValueType, port: string, report: Report): boolean {
  return input.shape.slice(1).every((_, axis) => requireKnown(input, axis + 1, port, report));
}

/** A table or mask that the layer makes must fit. */
export function requireModest(elements: number, what: string, port: string, report: Report): void {
  if (elements > limits.constant) report(port, `${what} must have at most ${limits.constant} numbers, got ${elements}`);
}
