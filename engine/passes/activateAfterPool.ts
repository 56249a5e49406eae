// Moves Relu behind the max-pool that follows it, where it has a fraction of the elements.
import type { Graph, Node, Value } from '../ir/graph.js';
import { usesOf } from '../ir/graph.js';

/**
 * MaxPool(Relu(x)) = Relu(MaxPool(x)) to the bit, and so is the gradient: where a window has a positive element both
 * pick the first maximum, elsewhere both pass nothing. Padding counts as −∞, and every window holds an element.
 * For forward graphs, before differentiation; values in `kept` stay what they are.
 */
export function activateAfterPool(graph: Graph, kept: ReadonlySet<Value> = new Set()): boolean {
  const uses = usesOf(graph);
  const fixed = new Set([...graph.outputs, ...kept]);
  let changed = false;
  for (const pool of graph.nodes.filter(isMaxPool)) {
    const between = pool.inputs[0]!;
    const relu = between.producer;
    if (relu?.type !== 'Relu' || relu.domain !== '' || fixed.has(between) || uses.get(between)?.length !== 1) continue;
    exchange(relu, pool);
    graph.nodes.splice(graph.nodes.indexOf(relu), 1);
    graph.nodes.splice(graph.nodes.indexOf(pool) + 1, 0, relu);
    changed = true;
  }
  return changed;
}

/** x → relu → between → pool → y becomes x → pool → between → relu → y. */
function exchange(relu: Node, pool: Node): void {
  const [x, between, y] = [relu.inputs[0]!, relu.outputs[0]!, pool.outputs[0]!];
  between.shape = y.shape;
  pool.inputs = [x];
  pool.outputs = [between];
  between.producer = pool;
  relu.inputs = [between];
  relu.outputs = [y];
  y.producer = relu;
}

function isMaxPool(node: Node): boolean {
  return node.type === 'MaxPool' && node.domain === '' && node.outputs.length === 1;
}
