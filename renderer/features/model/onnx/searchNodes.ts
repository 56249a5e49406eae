// Finding nodes of a file by name, operator, value or weight.
import type { OnnxGraphView } from '../../../../contract/services/models.js';

export interface FoundNode {
  readonly index: number;
  /** What fits, where it is not the name. */
  readonly detail: string;
}

/** All words must occur in what a node is called or touches; operators first, then names, in the order of computation. */
export function searchNodes(view: OnnxGraphView, text: string): FoundNode[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  const found: (FoundNode & { readonly rank: number })[] = [];
  view.nodes.forEach((node, index) => {
    const name = node.name.toLowerCase();
    const type = node.type.toLowerCase();
    const isIn = (subject: string): boolean => words.every((word) => subject.includes(word));
    if (isIn(`${type} ${name}`)) found.push({ index, detail: '', rank: words[0] === type ? 0 : 1 });
    else {
      const values = node.outputs.map((output) => view.values[output]!.name);
      const weights = node.weights.map((weight) => view.weights[weight]!.name);
      const other = [...values, ...weights].find((one) => isIn(one.toLowerCase()));
      if (other !== undefined) found.push({ index, detail: other, rank: 2 });
    }
  });
  return found.sort((one, other) => one.rank - other.rank || one.index - other.index);
}
