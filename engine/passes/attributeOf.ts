// Reads a number or word of a node that a pass rewrites.
import type { Node } from '../ir/graph.js';

/** A number attribute, or its default. */
export function numberOf(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'int' || attribute?.kind === 'float' ? attribute.value : fallback;
}
