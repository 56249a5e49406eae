// Nodes in an order in which every value is made before it is read.
import type { Node } from './graph.js';
import { readsOf } from './subgraphs.js';

export interface Order {
  /** The nodes in order, as near to the given order as possible; those of a cycle, and behind one, are left out. */
  readonly nodes: Node[];
  /** A node that is part of a cycle, if there is one. */
  readonly cyclic: Node | undefined;
}

/** Sorts in time linear in nodes and inputs. A node waits for the nodes of this list that make what it reads. */
export function topologicalOrder(nodes: readonly Node[]): Order {
  const place = new Map(nodes.map((node, index) => [node, index]));
  const needs = nodes.map((node) => {
    const makers = readsOf(node).map((value) => value.producer && place.get(value.producer));
    return [...new Set(makers.filter((maker) => maker !== undefined))];
  });
  if (needs.every((makers, index) => makers.every((maker) => maker < index)))
    return { nodes: [...nodes], cyclic: undefined };

  const sorted: number[] = [];
  const state = new Uint8Array(nodes.length);
  let cyclic: Node | undefined;
  for (let root = 0; root < nodes.length && !cyclic; root++) cyclic = visit(root);
  return { nodes: sorted.map((index) => nodes[index]!), cyclic };

  /** Depth first, on a stack of our own: graphs are deeper than the call stack. Returns a node of a cycle. */
  function visit(root: number): Node | undefined {
    if (state[root] === 2) return undefined;
    const stack = [{ index: root, next: 0 }];
    state[root] = 1;
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const maker = needs[top.index]![top.next++];
      if (maker === undefined) {
        state[top.index] = 2;
        sorted.push(top.index);
        stack.pop();
      } else if (state[maker] === 1) return nodes[maker];
      else if (state[maker] === 0) {
        state[maker] = 1;
        stack.push({ index: maker, next: 0 });
      }
    }
    return undefined;
  }
}
