// Graphs inside nodes (the branches of If, the bodies of Loop and Scan) and what they take from around them.
import type { Graph, Node, Value } from './graph.js';

export interface Subgraph {
  /** The attribute that holds it. */
  readonly attribute: string;
  readonly graph: Graph;
}

/** The graphs that a node holds, in the order of its attributes. */
export function subgraphsOf(node: Node): Subgraph[] {
  return Object.entries(node.attributes).flatMap(([attribute, given]) => {
    if (given.kind === 'graph') return [{ attribute, graph: given.value }];
    return given.kind === 'graphs' ? given.value.map((graph) => ({ attribute, graph })) : [];
  });
}

/** Values that a graph or its subgraphs read and that are not made in it; constants are not counted. */
export function outerValues(graph: Graph): Set<Value> {
  const own = new Set<Value>(graph.inputs);
  for (const node of graph.nodes) for (const output of node.outputs) own.add(output);
  const outer = new Set<Value>();
  const note = (value: Value | undefined): void => {
    if (value && !value.constant && !own.has(value)) outer.add(value);
  };
  for (const node of graph.nodes) {
    node.inputs.forEach(note);
    for (const { graph: inner } of subgraphsOf(node)) outerValues(inner).forEach(note);
  }
  graph.outputs.forEach(note);
  return outer;
}

/** Everything a node reads, what its subgraphs take from around them included. */
export function readsOf(node: Node): Value[] {
  const reads = node.inputs.filter((value) => value !== undefined);
  for (const { graph } of subgraphsOf(node)) reads.push(...outerValues(graph));
  return reads;
}
