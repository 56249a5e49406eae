// A graph of the internal opset in the forms that an older opset knows.
import { EngineError } from '../../ir/diagnostic.js';
import { cloneGraph } from '../../ir/cloneGraph.js';
import type { Graph, Node } from '../../ir/graph.js';
import { subgraphsOf } from '../../ir/subgraphs.js';
import { Emit } from '../../ops/emit.js';
import { carryOver } from '../carried.js';
import { oldestWrittenOpset } from '../opsets.js';
import { downgrades, type Downgrade } from './rules.js';

/**
 * The graph itself where nothing changes, else a rewritten copy. Throws `onnx.opset` below {@link oldestWrittenOpset}
 * and `onnx.downgrade`, naming the node, for what the opset cannot say.
 */
export function downgraded(graph: Graph, opset: number): Graph {
  if (opset < oldestWrittenOpset)
    throw new EngineError(
      'onnx.opset',
      `Model: it must be written at opset ${oldestWrittenOpset} or later, got ${opset}`,
    );
  const needed = downgrades.filter(({ below }) => opset < below);
  if (!concerns(graph, needed)) return graph;
  const copy = cloneGraph(graph, carryOver).graph;
  for (const downgrade of needed) apply(copy, downgrade, opset);
  return copy;
}

function concerns(graph: Graph, needed: readonly Downgrade[]): boolean {
  return graph.nodes.some(
    (node) =>
      needed.some((downgrade) => isMeant(node, downgrade)) ||
      subgraphsOf(node).some(({ graph: inner }) => concerns(inner, needed)),
  );
}

function isMeant(node: Node, { types }: Downgrade): boolean {
  return node.domain === '' && types.includes(node.type);
}

function apply(graph: Graph, downgrade: Downgrade, opset: number): void {
  const emit = new Emit(graph);
  const nodes = graph.nodes;
  graph.nodes = [];
  for (const node of nodes) {
    for (const { graph: inner } of subgraphsOf(node)) apply(inner, downgrade, opset);
    const result = isMeant(node, downgrade)
      ? emit.within(node.name, () => downgrade.apply(node, emit, opset))
      : undefined;
    const maker = result?.producer;
    if (!maker) {
      graph.nodes.push(node);
      continue;
    }
    // The last of the new nodes makes the old output.
    const [output] = node.outputs;
    maker.outputs[maker.outputs.indexOf(result)] = output!;
    output!.producer = maker;
  }
}
