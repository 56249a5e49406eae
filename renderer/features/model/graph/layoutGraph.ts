// Where nodes lie: laid out in ranks by dagre, or kept places with new nodes put beside what they read.
import { Graph, layout as dagreLayout } from '@dagrejs/dagre';
import type { Direction, Position } from '../document/modelDocument.js';
import type { ShownGraph, ShownNode } from './shownGraph.js';
import { straighten } from './straighten.js';

export type Places = ReadonlyMap<string, Position>;

/** Pixels between ranks hold the label of a connection. */
const between = { down: { nodes: 32, ranks: 46 }, right: { nodes: 24, ranks: 92 } } as const;

/**
 * Top left corners of all nodes. Members of a group stay together; the first node begins at the origin, so that the picture
 * stays where it is when something is added beside it.
 */
export function layOut(shown: ShownGraph, direction: Direction): Map<string, Position> {
  const { nodes, edges, frames } = shown;
  const graph = new Graph({ compound: frames.length > 0, multigraph: true });
  const { nodes: nodesep, ranks: ranksep } = between[direction];
  graph.setGraph({ rankdir: direction === 'down' ? 'TB' : 'LR', nodesep, ranksep, edgesep: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  frames.forEach(({ path, members }) => {
    graph.setNode(`frame:${path}`, {});
    // Inner frames come later and take their members over.
    for (const member of members) graph.setParent(member, `frame:${path}`);
    const outer = frames.find((other) => path.startsWith(`${other.path}/`) && depth(other.path) === depth(path) - 1);
    if (outer) graph.setParent(`frame:${path}`, `frame:${outer.path}`);
  });
  edges.forEach(({ from, to, id, index }) => graph.setEdge(from, to, { weight: index === 0 ? 2 : 1 }, id));
  dagreLayout(graph);
  const across = direction === 'down' ? 'x' : 'y';
  const balanced = new Map<string, Position>(nodes.map(({ id }) => [id, graph.node(id) as Position]));
  // What is moved by itself would leave its frame.
  const centres = frames.length > 0 ? balanced : straighten(shown, balanced, across, nodesep);
  const sign = isMirrored(edges, centres, across) ? -1 : 1;
  const origin = nodes[0] ? centres.get(nodes[0].id)! : { x: 0, y: 0 };
  return new Map(
    nodes.map(({ id, width, height }) => {
      const centre = centres.get(id)!;
      const x = (direction === 'down' ? sign : 1) * (centre.x - origin.x);
      const y = (direction === 'down' ? 1 : sign) * (centre.y - origin.y);
      return [id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
    }),
  );
}

/** Whether inputs lie against their order more often than along it: the picture reads better turned over. */
function isMirrored(edges: ShownGraph['edges'], centres: Places, across: 'x' | 'y'): boolean {
  let wrong = 0;
  const sources = new Map<string, number>();
  for (const { from, to } of edges) {
    const at = centres.get(from)![across];
    const before = sources.get(to);
    if (before !== undefined) wrong += Math.sign(before - at);
    sources.set(to, at);
  }
  return wrong > 0;
}

function depth(path: string): number {
  return path.split('/').length;
}

/** Kept places; nodes without one go behind what they read, where nothing lies yet. */
export function fillPlaces(
  graph: ShownGraph,
  kept: Readonly<Record<string, Position>>,
  direction: Direction,
): Map<string, Position> {
  const places = new Map<string, Position>();
  for (const { id } of graph.nodes) if (kept[id]) places.set(id, kept[id]);
  if (places.size === 0) return layOut(graph, direction);
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  for (const node of graph.nodes) {
    if (places.has(node.id)) continue;
    const source = graph.edges.find(({ to, from }) => to === node.id && places.has(from))?.from;
    const reader = graph.edges.find(({ to, from }) => from === node.id && places.has(to))?.to;
    places.set(node.id, freeSpot(node, beside(node, source, reader, places, byId, direction), places, byId));
  }
  return places;
}

function beside(
  node: ShownNode,
  source: string | undefined,
  reader: string | undefined,
  places: Places,
  byId: ReadonlyMap<string, ShownNode>,
  direction: Direction,
): Position {
  const gap = between[direction].ranks;
  const anchor = source ?? reader;
  if (anchor === undefined) {
    const right = Math.max(...[...places].map(([id, { x }]) => x + byId.get(id)!.width));
    return { x: right + 40, y: Math.min(...[...places.values()].map(({ y }) => y)) };
  }
  const { x, y } = places.get(anchor)!;
  const { width, height } = byId.get(anchor)!;
  const sign = source === undefined ? -1 : 1;
  if (direction === 'down')
    return { x: x + (width - node.width) / 2, y: sign > 0 ? y + height + gap : y - gap - node.height };
  return { x: sign > 0 ? x + width + gap : x - gap - node.width, y: y + (height - node.height) / 2 };
}

/** Moves to the right until it covers nothing. */
function freeSpot(node: ShownNode, wish: Position, places: Places, byId: ReadonlyMap<string, ShownNode>): Position {
  let { x } = wish;
  const { y } = wish;
  for (let moved = true; moved;) {
    moved = false;
    for (const [id, other] of places) {
      const { width, height } = byId.get(id)!;
      const covers =
        x < other.x + width && other.x < x + node.width && y < other.y + height && other.y < y + node.height;
      if (!covers) continue;
      x = other.x + width + 24;
      moved = true;
    }
  }
  return { x, y };
}

export interface Rectangle extends Position {
  readonly width: number;
  readonly height: number;
}

export function boundsOf(nodes: readonly ShownNode[], places: Places): Rectangle | undefined {
  const corners = nodes.flatMap(({ id, width, height }) => {
    const place = places.get(id);
    return place ? [{ ...place, right: place.x + width, bottom: place.y + height }] : [];
  });
  if (corners.length === 0) return undefined;
  const x = Math.min(...corners.map((corner) => corner.x));
  const y = Math.min(...corners.map((corner) => corner.y));
  return {
    x,
    y,
    width: Math.max(...corners.map(({ right }) => right)) - x,
    height: Math.max(...corners.map(({ bottom }) => bottom)) - y,
  };
}
