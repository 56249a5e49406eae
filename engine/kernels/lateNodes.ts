// Which nodes wait for the guard's verdict.
import type { Graph, Node } from '../ir/graph.js';
import type { Homes } from './homes.js';

/** Nodes that write guarded state, and all that follow from them. */
export function lateNodes(graph: Graph, homes: Homes): Set<Node> {
  const late = new Set<Node>();
  for (const node of graph.nodes)
    if (
      node.outputs.some((output) => homes.isState(output)) ||
      node.inputs.some((input) => input?.producer && late.has(input.producer))
    )
      late.add(node);
  return late;
}
