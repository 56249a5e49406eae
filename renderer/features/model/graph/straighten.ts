// Chains in straight lines: dagre balances long connections, which makes stairs of what is one way through the model.
import type { Places } from './layoutGraph.js';
import type { ShownGraph, ShownNode } from './shownGraph.js';

type Axis = 'x' | 'y';

/**
 * Centres with every node behind the one that it continues, where nothing is in the way: the reader that its source names
 * first, unless it joins branches of one length. `across` runs along the ranks, `room` is kept between their nodes.
 */
export function straighten({ nodes, edges }: ShownGraph, centres: Places, across: Axis, room: number): Places {
  const along: Axis = across === 'x' ? 'y' : 'x';
  const straight = new Map(centres);
  const rankOf = ({ id }: ShownNode): number => centres.get(id)![along];
  const downwards = [...nodes].sort((one, other) => rankOf(one) - rankOf(other));
  const readers = new Map<string, string>();
  for (const node of downwards) {
    const source = sourceOf(node.id);
    if (source === undefined || readers.has(source)) continue;
    readers.set(source, node.id);
    follow(node, source);
  }
  // Where there was no room for the reader, its source may find some.
  for (const node of downwards.toReversed()) {
    const reader = readers.get(node.id);
    if (reader !== undefined) follow(node, reader);
  }

  function follow(node: ShownNode, other: string): void {
    const wish = straight.get(other)![across];
    const rank = nodes.filter((one) => rankOf(one) === rankOf(node));
    if (isFree(node, wish, rank)) straight.set(node.id, { ...straight.get(node.id)!, [across]: wish });
  }

  function sourceOf(id: string): string | undefined {
    const needed = edges.filter(({ to, isOptional }) => to === id && !isOptional).map(({ from }) => from);
    const last = Math.max(...needed.map((from) => centres.get(from)![along]));
    const nearest = [...new Set(needed.filter((from) => centres.get(from)![along] === last))];
    if (nearest.length !== 1) return undefined;
    return needed.length > 1 ? needed[0] : nearest[0];
  }

  function isFree(node: ShownNode, wish: number, rank: readonly ShownNode[]): boolean {
    const size = across === 'x' ? 'width' : 'height';
    return rank.every(
      (other) =>
        other === node || Math.abs(straight.get(other.id)![across] - wish) >= (node[size] + other[size]) / 2 + room,
    );
  }
  return straight;
}
