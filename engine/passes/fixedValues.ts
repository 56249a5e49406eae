// Values that a pass must leave in being: the graph's outputs and what subgraphs refer to by name.
import type { Graph, Value } from '../ir/graph.js';

/** The values whose identity and name must survive a rewrite. */
export function fixedValues(graph: Graph): Set<Value> {
  const fixed = new Set(graph.outputs);
  const names = new Set<string>();
  for (const node of graph.nodes)
    for (const attribute of Object.values(node.attributes))
      if (attribute.kind === 'graph') namesIn(attribute.value, names);
      else if (attribute.kind === 'graphs') attribute.value.forEach((inner) => namesIn(inner, names));
  if (names.size > 0) for (const value of graph.values()) if (names.has(value.name)) fixed.add(value);
  return fixed;
}

/** Every name that a subgraph reads, its own included: too many is safe. */
function namesIn(graph: Graph, names: Set<string>): void {
  graph.outputs.forEach((value) => names.add(value.name));
  for (const node of graph.nodes) {
    node.inputs.forEach((value) => value && names.add(value.name));
    for (const attribute of Object.values(node.attributes))
      if (attribute.kind === 'graph') namesIn(attribute.value, names);
      else if (attribute.kind === 'graphs') attribute.value.forEach((inner) => namesIn(inner, names));
  }
}
