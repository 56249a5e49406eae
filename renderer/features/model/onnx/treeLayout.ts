// Where items of the tree lie: each open group is laid out by itself, so that opening one costs only it and those around it.
import { Graph, layout as dagreLayout } from '@dagrejs/dagre';
import type { Position } from '../document/modelDocument.js';
import type { GroupTree, TreeEdge, TreeItem } from './groupTree.js';

export interface PlacedItem extends Position {
  readonly item: TreeItem;
  readonly width: number;
  readonly height: number;
  /** An open group: its frame. */
  readonly isOpen: boolean;
}

export interface PlacedEdge {
  readonly edge: TreeEdge | undefined;
  readonly points: readonly Position[];
  /** What it lies in, for what is seen. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** All that is drawn, in the order of drawing: frames before what is in them. */
export interface PlacedGraph {
  readonly items: readonly PlacedItem[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

export const itemSizes = {
  node: { width: 168, height: 40 },
  group: { width: 190, height: 52 },
  input: { width: 132, height: 34 },
  output: { width: 132, height: 34 },
} as const;

const frame = { side: 16, top: 30, bottom: 14 };

/** Of one open group: relative to its frame. */
interface GroupLayout {
  /** What it depends on: which of its groups are open, and their sizes. */
  readonly key: string;
  readonly width: number;
  readonly height: number;
  readonly places: ReadonlyMap<TreeItem, Position>;
  readonly edges: readonly { readonly edge: TreeEdge | undefined; readonly points: readonly Position[] }[];
}

export class TreeLayout {
  private readonly known = new Map<TreeItem, GroupLayout>();
  /** Layers repeat: groups of one form are laid out once. */
  private readonly forms = new Map<string, Arrangement>();

  constructor(private readonly tree: GroupTree) {}

  /** Lays out what is not known yet, inner groups first; callers that must not wait call `prepare` for some first. */
  place(open: ReadonlySet<TreeItem>): PlacedGraph {
    const items: PlacedItem[] = [];
    const edges: PlacedEdge[] = [];
    const { root } = this.tree;
    const { width, height } = this.of(root, open);
    this.collect(root, { x: 0, y: 0 }, open, items, edges);
    return { items, edges, width, height };
  }

  /** The layout of one group and of the open ones in it. */
  prepare(group: TreeItem, open: ReadonlySet<TreeItem>): void {
    this.of(group, open);
  }

  private of(group: TreeItem, open: ReadonlySet<TreeItem>): GroupLayout {
    const sizes = new Map(group.children.map((child) => [child, this.sizeOf(child, open)]));
    const key = group.children
      .filter((child) => open.has(child))
      .map((child) => `${child.id} ${sizes.get(child)!.width} ${sizes.get(child)!.height}`)
      .join();
    const known = this.known.get(group);
    if (known?.key === key) return known;
    const made = { key, ...layOutGroup(group, sizes, this.tree, this.forms) };
    this.known.set(group, made);
    return made;
  }

  private sizeOf(item: TreeItem, open: ReadonlySet<TreeItem>): { readonly width: number; readonly height: number } {
    return open.has(item) ? this.of(item, open) : itemSizes[item.kind];
  }

  private collect(
    group: TreeItem,
    at: Position,
    open: ReadonlySet<TreeItem>,
    items: PlacedItem[],
    edges: PlacedEdge[],
  ): void {
    const layout = this.of(group, open);
    for (const { edge, points } of layout.edges) edges.push(placedEdge(edge, points, at));
    for (const [item, place] of layout.places) {
      const { width, height } = this.sizeOf(item, open);
      const x = at.x + place.x;
      const y = at.y + place.y;
      const isOpen = open.has(item);
      items.push({ item, x, y, width, height, isOpen });
      if (isOpen) this.collect(item, { x, y }, open, items, edges);
    }
  }
}

function placedEdge(edge: TreeEdge | undefined, points: readonly Position[], at: Position): PlacedEdge {
  const moved = points.map(({ x, y }) => ({ x: x + at.x, y: y + at.y }));
  const xs = moved.map(({ x }) => x);
  const ys = moved.map(({ y }) => y);
  return {
    edge,
    points: moved,
    ...{ left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) },
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A group by numbers: its children in order, connections between them, and which of them the outside is connected to. */
interface Form {
  readonly sizes: readonly Size[];
  readonly edges: readonly (readonly [number, number])[];
  readonly in: readonly number[];
  readonly out: readonly number[];
  readonly isRoot: boolean;
}

interface Arrangement extends Size {
  readonly places: readonly Position[];
  /** In the order of the form: edges, then entrances, then exits. */
  readonly paths: readonly (readonly Position[])[];
}

function layOutGroup(
  group: TreeItem,
  sizes: ReadonlyMap<TreeItem, Size>,
  tree: GroupTree,
  forms: Map<string, Arrangement>,
): Omit<GroupLayout, 'key'> {
  const { children } = group;
  const numbers = new Map(children.map((child, index) => [child, index]));
  const edges = tree.edges.get(group) ?? [];
  const isRoot = group.parent === undefined;
  const passing = isRoot ? undefined : tree.entries.get(group);
  const numbersOf = (items: Iterable<TreeItem>): number[] => [...items].map((item) => numbers.get(item)!);
  const form: Form = {
    sizes: children.map((child) => ({ width: sizes.get(child)!.width, height: sizes.get(child)!.height })),
    edges: edges.map(({ from, to }) => [numbers.get(from)!, numbers.get(to)!]),
    in: numbersOf(passing?.in ?? []),
    out: numbersOf(passing?.out ?? []),
    isRoot,
  };
  const key = JSON.stringify(form);
  let found = forms.get(key);
  if (!found) forms.set(key, (found = arrange(form)));
  const { width, height, places, paths } = found;
  return {
    ...{ width, height },
    places: new Map(children.map((child, index) => [child, places[index]!])),
    edges: paths.map((points, index) => ({ edge: edges[index], points })),
  };
}

const entrance = 'in';
const exit = 'out';

function arrange({ sizes, edges, in: entries, out: exits, isRoot }: Form): Arrangement {
  const graph = new Graph({ multigraph: false });
  graph.setGraph({ rankdir: 'TB', nodesep: 22, ranksep: 30, edgesep: 10 });
  graph.setDefaultEdgeLabel(() => ({}));
  sizes.forEach((size, index) => graph.setNode(String(index), { ...size }));
  const links: readonly (readonly [string, string])[] = [
    ...edges.map(([from, to]) => [String(from), String(to)] as const),
    ...entries.map((to) => [entrance, String(to)] as const),
    ...exits.map((from) => [String(from), exit] as const),
  ];
  if (entries.length > 0) graph.setNode(entrance, { width: 2, height: 2 });
  if (exits.length > 0) graph.setNode(exit, { width: 2, height: 2 });
  for (const [from, to] of links) graph.setEdge(from, to, {});
  dagreLayout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const inset = isRoot ? { x: 0, y: 0 } : { x: frame.side, y: frame.top };
  const whole = isRoot
    ? { width, height }
    : { width: width + 2 * frame.side, height: height + frame.top + frame.bottom };
  const top = { x: whole.width / 2, y: 0 };
  const bottom = { x: whole.width / 2, y: whole.height };
  return {
    ...whole,
    places: sizes.map((size, index) => {
      const { x, y } = graph.node(String(index)) as Position;
      return { x: x - size.width / 2 + inset.x, y: y - size.height / 2 + inset.y };
    }),
    paths: links.map(([from, to]) => {
      const { points } = graph.edge(from, to) as { points: Position[] };
      const moved = points.map(({ x, y }) => ({ x: x + inset.x, y: y + inset.y }));
      if (from === entrance) return [top, ...moved];
      return to === exit ? [...moved, bottom] : straightened(moved);
    }),
  };
}

/** Points on one line need no points between. */
function straightened(points: readonly Position[]): readonly Position[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  return points.every(({ x }) => Math.abs(x - first.x) < 0.5) ? [first, last] : points;
}
