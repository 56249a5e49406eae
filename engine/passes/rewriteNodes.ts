// One sweep over a graph in topological order that replaces nodes: the frame of most passes.
import { Node, type Graph, type Value } from '../ir/graph.js';
import { isStatic } from '../ir/shape.js';
import { Emit } from '../ops/emit.js';
import { definitionOf } from '../ops/index.js';
import { fixedValues } from './fixedValues.js';

/**
 * Gives the values that stand in for a node's outputs (existing ones, or made with `emit`, which puts its
 * nodes in the node's place), or `undefined` to keep the node. The node's inputs are already rewritten.
 */
export type NodeRule = (node: Node, emit: Emit) => readonly Value[] | undefined;

/** Applies a rule to every node; true when one was replaced. Outputs of the graph keep name and identity. */
export function rewriteNodes(graph: Graph, rule: NodeRule): boolean {
  const fixed = fixedValues(graph);
  const emit = new Emit(graph);
  const nodes = graph.nodes;
  const replacements = new Map<Value, Value>();
  graph.nodes = [];
  let changed = false;
  for (const node of nodes) {
    const learned = node.inputs.some((input) => input && replacements.get(input)?.constant);
    node.inputs.forEach((input, index) => {
      const replacement = input && replacements.get(input);
      if (replacement) node.inputs[index] = replacement;
    });
    if (learned) refineTypes(node);
    const results = pinned(node, fixed) ? undefined : emit.within(node.name, () => rule(node, emit));
    if (!results) {
      graph.nodes.push(node);
      continue;
    }
    changed = true;
    node.outputs.forEach((output, index) => {
      const result = results[index];
      if (!result) return;
      replacements.set(output, result);
      if (!fixed.has(output)) return;
      const name = index === 0 ? node.name : `${node.name}:${index}`;
      graph.nodes.push(new Node('Identity', name, [result], [output]));
    });
  }
  return changed;
}

/** A shape that depended on data becomes known when that data becomes a constant. */
function refineTypes(node: Node): void {
  if (node.outputs.every(({ shape }) => isStatic(shape))) return;
  definitionOf(node.type, node.domain)
    ?.infer(node)
    ?.forEach(({ dtype, shape }, index) => {
      const output = node.outputs[index];
      if (output && shape) Object.assign(output, { dtype, shape });
    });
}

/** An Identity that names an output is what a replaced output leaves behind: rewriting it would never end. */
function pinned(node: Node, fixed: ReadonlySet<Value>): boolean {
  return node.type === 'Identity' && node.domain === '' && fixed.has(node.outputs[0]!);
}
