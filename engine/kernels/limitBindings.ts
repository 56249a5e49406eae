// Keeps kernels within the number of buffers that an adapter can bind: wide nodes are cut, and more values are stored.
import { cloneGraph } from '../ir/cloneGraph.js';
import { Node, Value, type Graph } from '../ir/graph.js';
import { normalAxis, sizeOf } from '../ir/shape.js';
import { mostBlocks } from './blocks.js';
import type { Definitions } from './definitions.js';
import { visitExpressions } from './expression.js';
import { ruleOf } from './rules/index.js';

/** Beside what a kernel reads it binds what it writes, and the guard. */
export function readableBuffers(mostBuffers: number): number {
  return Math.max(2, mostBuffers - 2);
}

const cuttable = new Set(['Concat', 'Sum', 'Max', 'Min']);

/** The graph, or a copy of it in which no node that could be cut takes more than `most` inputs. */
export function cutWideNodes(graph: Graph, most: number, isKernel: (node: Node) => boolean): Graph {
  const isWide = (node: Node): boolean =>
    cuttable.has(node.type) && node.inputs.length > most && isKernel(node) && !hasEvenBlocks(node);
  if (!graph.nodes.some(isWide)) return graph;
  const copy = cloneGraph(graph).graph;
  copy.nodes = copy.nodes.flatMap((node) => (isWide(node) ? cut(node, most) : [node]));
  return copy;
}

/** Whether a node is a concatenation that is stored block by block, whatever the number of its inputs: see `seamsOf`. */
function hasEvenBlocks(node: Node): boolean {
  if (node.type !== 'Concat') return false;
  const shape = node.outputs[0]!.shape as readonly number[];
  const axis = normalAxis(node.attributes.axis?.value as number, shape.length)!;
  return (
    node.inputs.every((input) => input!.shape![axis] === node.inputs[0]!.shape![axis]) &&
    node.inputs.length <= mostBlocks
  );
}

/** Nodes over pieces of the inputs, and the node itself over their results. */
function cut(node: Node, most: number): Node[] {
  const parts: Node[] = [];
  let level = 0;
  while (node.inputs.length > most) {
    const next: Value[] = [];
    for (let start = 0; start < node.inputs.length; start += most) {
      const piece = node.inputs.slice(start, start + most) as Value[];
      if (piece.length === 1) next.push(piece[0]!);
      else {
        const part = partOf(node, piece, `${node.name}/part${level}_${start / most}`);
        parts.push(part);
        next.push(part.outputs[0]!);
      }
    }
    node.inputs = next;
    level++;
  }
  return [...parts, node];
}

function partOf(node: Node, inputs: Value[], name: string): Node {
  const [whole] = node.outputs as [Value];
  const shape = [...(whole.shape as readonly number[])];
  if (node.type === 'Concat') {
    const axis = normalAxis(node.attributes.axis?.value as number, shape.length)!;
    shape[axis] = inputs.reduce((sum, input) => sum + (input.shape![axis] as number), 0);
  }
  const part = new Value(name, { dtype: whole.dtype!, shape });
  return new Node(node.type, name, inputs, [part], node.attributes);
}

/** Stores values that would be computed where they are read, until every stored value reads at most `most` tensors. */
export function storeUntilBindable(graph: Graph, definitions: Definitions, most: number): void {
  const { e, stored } = definitions;
  for (const node of graph.nodes)
    for (const value of node.outputs) if (stored.has(value) && ruleOf(node)) settle(value, node);

  function settle(value: Value, node: Node): void {
    if (hasEvenBlocks(node)) return;
    while (sources(value, node) > most) {
      const next = heaviestInlined(node);
      if (!next) return;
      stored.add(next);
      definitions.forget();
      settle(next, next.producer!);
    }
  }

  function sources(value: Value, node: Node): number {
    const position = e.variable(sizeOf(value.shape as readonly number[]), 'i');
    const index = e.unflatten(position, value.shape as readonly number[]);
    const found = new Set<Value>();
    visitExpressions([definitions.computed(value, node, index)], (part) => {
      if (part.kind === 'load') found.add(part.source);
    });
    return found.size;
  }

  /** Among what a node computes for itself, the value that reads most tensors. */
  function heaviestInlined(node: Node): Value | undefined {
    let best: Value | undefined;
    let most = 1;
    for (const input of node.inputs) {
      const value = input && behindViews(input);
      const maker = value?.producer;
      if (!value || !maker || stored.has(value) || value.constant) continue;
      const count = sources(value, maker);
      if (count > most) [best, most] = [value, count];
    }
    return best;
  }

  function behindViews(value: Value): Value {
    let inner = value;
    while (inner.producer && !stored.has(inner) && ruleOf(inner.producer)?.view) inner = inner.producer.inputs[0]!;
    return inner;
  }
}
