// Moving through the graph by arrow keys, aligning and distributing what is selected.
import type { Position } from '../document/modelDocument.js';
import type { Places } from './layoutGraph.js';
import type { ShownNode } from './shownGraph.js';

export type Arrow = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

const directions: Readonly<Record<Arrow, Position>> = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
};

/** The nearest node in a direction; what lies aside counts twice. `undefined` at the edge. */
export function nodeTowards(
  from: string,
  arrow: Arrow,
  nodes: readonly ShownNode[],
  places: Places,
): string | undefined {
  const centres = new Map(nodes.flatMap((node) => (places.has(node.id) ? [[node.id, centreOf(node, places)]] : [])));
  const start = centres.get(from);
  if (!start) return nodes[0]?.id;
  const { x, y } = directions[arrow];
  let best: string | undefined;
  let least = Infinity;
  for (const [id, centre] of centres) {
    const ahead = (centre.x - start.x) * x + (centre.y - start.y) * y;
    if (id === from || ahead < 8) continue;
    const aside = Math.abs((centre.x - start.x) * y) + Math.abs((centre.y - start.y) * x);
    // More than 60 degrees off is another direction.
    if (aside > ahead * 1.75) continue;
    const distance = ahead + 2 * aside;
    if (distance < least) [best, least] = [id, distance];
  }
  return best;
}

function centreOf({ id, width, height }: ShownNode, places: Places): Position {
  const { x, y } = places.get(id)!;
  return { x: x + width / 2, y: y + height / 2 };
}

export const alignments = ['left', 'centre', 'right', 'top', 'middle', 'bottom'] as const;
export type Alignment = (typeof alignments)[number];

/** New places of the nodes. */
export function align(nodes: readonly ShownNode[], places: Places, how: Alignment): Map<string, Position> {
  const boxes = nodes.map((node) => ({ ...node, ...places.get(node.id)! }));
  const left = Math.min(...boxes.map(({ x }) => x));
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const top = Math.min(...boxes.map(({ y }) => y));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  return new Map(
    boxes.map(({ id, x, y, width, height }) => {
      const aligned = {
        left: { x: left, y },
        centre: { x: (left + right - width) / 2, y },
        right: { x: right - width, y },
        top: { x, y: top },
        middle: { x, y: (top + bottom - height) / 2 },
        bottom: { x, y: bottom - height },
      }[how];
      return [id, { x: Math.round(aligned.x), y: Math.round(aligned.y) }];
    }),
  );
}

/** Equal gaps between the first and the last, along an axis. */
export function distribute(nodes: readonly ShownNode[], places: Places, axis: 'x' | 'y'): Map<string, Position> {
  const size = axis === 'x' ? 'width' : 'height';
  const boxes = nodes
    .map((node) => ({ ...node, ...places.get(node.id)! }))
    .sort((one, other) => one[axis] - other[axis]);
  const [first, last] = [boxes[0], boxes.at(-1)];
  if (!first || !last || boxes.length < 3) return new Map();
  const used = boxes.reduce((sum, box) => sum + box[size], 0);
  const gap = (last[axis] + last[size] - first[axis] - used) / (boxes.length - 1);
  let at = first[axis];
  return new Map(
    boxes.map((box) => {
      const place = { x: box.x, y: box.y, [axis]: Math.round(at) };
      at += box[size] + gap;
      return [box.id, place] as const;
    }),
  );
}
