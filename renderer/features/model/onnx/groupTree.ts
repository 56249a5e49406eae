// The nodes of a file as a tree of groups: by the scopes in their names, and where those say nothing by stretches between
// narrow places of the graph. No level has more than a screen can show.
import type { OnnxGraphView } from '../../../../contract/services/models.js';

/** A group or a single node. */
export interface TreeItem {
  /** Unique; of nodes `n<number>`, of inputs `i<number>`, of outputs `o<number>`. */
  readonly id: string;
  readonly kind: 'group' | 'node' | 'input' | 'output';
  readonly title: string;
  /** Index into nodes, inputs or outputs; −1 of groups. */
  readonly index: number;
  parent: TreeItem | undefined;
  /** In the order of computation. */
  children: TreeItem[];
  /** Nodes in it, all levels. */
  count: number;
  /** Place in the order of computation of its first node. */
  first: number;
}

/** A connection at the level where its ends are siblings; ends in deeper levels are the groups that hold them. */
export interface TreeEdge {
  readonly from: TreeItem;
  readonly to: TreeItem;
  /** Index into the values of what flows; the first one where there are several. */
  readonly value: number;
}

export interface GroupTree {
  readonly root: TreeItem;
  /** Leaves by kind and index. */
  readonly nodes: readonly TreeItem[];
  /** Connections by the group that they lie in. */
  readonly edges: ReadonlyMap<TreeItem, readonly TreeEdge[]>;
  /** Children of a group that something outside of it feeds, and those that feed something outside. */
  readonly entries: ReadonlyMap<TreeItem, { readonly in: ReadonlySet<TreeItem>; readonly out: ReadonlySet<TreeItem> }>;
}

/** Children beyond this many are put into parts. */
const mostChildren = 44;
const partSize = 18;

export function groupTree(view: OnnxGraphView): GroupTree {
  const root = makeGroup('', '', 0);
  const leaves = view.nodes.map((node, index) => leaf('node', index, node.type));
  const scoped = view.nodes.filter(({ name }) => scopesOf(name).length > 0).length;
  // A few names with a slash are no structure.
  const useNames = scoped * 2 > view.nodes.length;
  const groups = new Map<string, TreeItem>([['', root]]);
  view.nodes.forEach(({ name }, index) => {
    const parent = useNames ? groupFor(scopesOf(name), groups, index) : root;
    adopt(parent, leaves[index]!);
  });
  simplify(root);
  const inputs = view.inputs.map(({ name }, index) => leaf('input', index, name));
  const outputs = view.outputs.map(({ name }, index) => leaf('output', index, name));
  divide(root, siblingEdges(root, leaves, view), view);
  // Beside the groups, whatever their number: there are few, and everything begins and ends with them.
  for (const input of inputs) adopt(root, input);
  for (const output of outputs) adopt(root, output);
  return { root, nodes: leaves, ...connect(leaves, inputs, outputs, view) };
}

function makeGroup(id: string, title: string, first: number): TreeItem {
  return { id: `g${id}`, kind: 'group', title, index: -1, parent: undefined, children: [], count: 0, first };
}

function leaf(kind: 'node' | 'input' | 'output', index: number, title: string): TreeItem {
  const first = kind === 'input' ? -1 : kind === 'output' ? Infinity : index;
  return { id: `${kind.charAt(0)}${index}`, kind, title, index, parent: undefined, children: [], count: 1, first };
}

function adopt(parent: TreeItem, child: TreeItem): void {
  child.parent = parent;
  parent.children.push(child);
}

/** `/layer1/layer1.0/conv1/Conv` → [`layer1`, `layer1.0`, `conv1`] */
export function scopesOf(name: string): string[] {
  const parts = name.split('/').filter((part) => part !== '');
  return parts.slice(0, -1);
}

function groupFor(scopes: readonly string[], groups: Map<string, TreeItem>, first: number): TreeItem {
  const path = scopes.join('/');
  const known = groups.get(path);
  if (known) return known;
  const parent = groupFor(scopes.slice(0, -1), groups, first);
  const group = makeGroup(path, scopes.at(-1)!, first);
  groups.set(path, group);
  adopt(parent, group);
  return group;
}

/** Groups of one node are that node, groups of one group are one group; counts and order are filled in. */
function simplify(item: TreeItem): void {
  if (item.kind !== 'group') return;
  for (const child of item.children) simplify(child);
  item.children = item.children.flatMap((child) => {
    if (child.kind !== 'group' || child.children.length !== 1) return [child];
    const [only] = child.children;
    only!.parent = item;
    return [only!.kind === 'group' ? retitle(only!, `${child.title}/${only!.title}`) : only!];
  });
  for (const child of item.children) child.parent = item;
  item.children.sort((one, other) => one.first - other.first);
  item.count = item.children.reduce((sum, { count }) => sum + count, 0);
  item.first = item.children[0]?.first ?? item.first;
}

function retitle(item: TreeItem, title: string): TreeItem {
  const renamed = { ...item, title };
  for (const child of renamed.children) child.parent = renamed;
  return renamed;
}

type Pairs = ReadonlyMap<TreeItem, readonly (readonly [TreeItem, TreeItem])[]>;

/** Every connection at the level where its ends are siblings. */
function siblingEdges(root: TreeItem, leaves: readonly TreeItem[], view: OnnxGraphView): Pairs {
  const pairs = new Map<TreeItem, [TreeItem, TreeItem][]>();
  const { from, to } = view.edges;
  for (let edge = 0; edge < from.length; edge++) {
    const [a, b] = [leaves[from[edge]!], leaves[to[edge]!]];
    if (!a || !b) continue;
    const [group, one, other] = meeting(a, b);
    if (!group || one === other) continue;
    const list = pairs.get(group);
    if (list) list.push([one, other]);
    else pairs.set(group, [[one, other]]);
  }
  return pairs;
}

/** The lowest group that holds both, and its children that hold each. */
function meeting(a: TreeItem, b: TreeItem): [TreeItem | undefined, TreeItem, TreeItem] {
  let [one, other] = [a, b];
  let [depthOne, depthOther] = [depthOf(a), depthOf(b)];
  for (; depthOne > depthOther; depthOne--) one = one.parent!;
  for (; depthOther > depthOne; depthOther--) other = other.parent!;
  while (one.parent !== other.parent) [one, other] = [one.parent!, other.parent!];
  return [one.parent, one, other];
}

function depthOf(item: TreeItem): number {
  let depth = 0;
  for (let parent = item.parent; parent; parent = parent.parent) depth++;
  return depth;
}

/** Puts long lists of children into parts, cut where the fewest connections cross. */
function divide(group: TreeItem, pairs: Pairs, view: OnnxGraphView): void {
  for (const child of group.children) if (child.kind === 'group') divide(child, pairs, view);
  for (let level = 0; group.children.length > mostChildren; level++) {
    const cuts = narrowPlaces(group.children, pairs.get(group) ?? []);
    const parts = cuts.slice(0, -1).map((start, index) => {
      const members = group.children.slice(start, cuts[index + 1]);
      return members.length === 1 ? members[0]! : partOf(group, members, level, view);
    });
    if (parts.length >= group.children.length) return;
    group.children = parts;
  }
}

function partOf(group: TreeItem, members: TreeItem[], level: number, view: OnnxGraphView): TreeItem {
  const part = makeGroup(`${group.id} ${level} ${members[0]!.id}`, commonTitle(members, view), members[0]!.first);
  for (const member of members) adopt(part, member);
  part.count = members.reduce((sum, { count }) => sum + count, 0);
  part.parent = group;
  return part;
}

/** What the members are called by: `layer1 … layer4`, or the operators that are most frequent. */
function commonTitle(members: readonly TreeItem[], view: OnnxGraphView): string {
  const groups = members.filter(({ kind, title }) => kind === 'group' && !title.includes(' '));
  if (groups.length * 2 > members.length) return rangeTitle(groups[0]!.title, groups.at(-1)!.title);
  const counts = new Map<string, number>();
  const count = (item: TreeItem): void => {
    if (item.kind === 'node') {
      const { type } = view.nodes[item.index]!;
      counts.set(type, (counts.get(type) ?? 0) + 1);
    } else item.children.forEach(count);
  };
  members.forEach(count);
  const [first, second] = [...counts].sort((one, other) => other[1] - one[1]).map(([type]) => type);
  return second === undefined ? (first ?? '') : `${first!}, ${second} …`;
}

/** `stage1_block1`, `stage1_block15` → `stage1_block1 … 15`: what both begin with is said once, numbers are kept whole. */
export function rangeTitle(first: string, last: string): string {
  let same = 0;
  while (same < first.length && first[same] === last[same]) same++;
  while (same > 0 && /\d/.test(last[same - 1]!)) same--;
  const rest = last.slice(same);
  return `${first} … ${/^\d/.test(rest) ? rest : last}`;
}

/** Beginnings of stretches of about {@link partSize} children, and the end. */
function narrowPlaces(children: readonly TreeItem[], pairs: readonly (readonly [TreeItem, TreeItem])[]): number[] {
  const places = new Map<TreeItem, number>();
  // Parts of parts: connections were noted for the children as they were.
  const note = (item: TreeItem, index: number): void => {
    places.set(item, index);
    if (item.kind === 'group') for (const child of item.children) if (!places.has(child)) note(child, index);
  };
  children.forEach(note);
  const crossing = new Int32Array(children.length + 1);
  for (const [from, to] of pairs) {
    const [a, b] = [places.get(from) ?? 0, places.get(to) ?? 0].sort((one, other) => one - other);
    if (a === b) continue;
    crossing[a! + 1]!++;
    crossing[b! + 1]!--;
  }
  for (let at = 1; at < crossing.length; at++) crossing[at]! += crossing[at - 1]!;
  const cuts = [0];
  while (children.length - cuts.at(-1)! > partSize * 1.5) {
    const start = cuts.at(-1)!;
    let best = start + partSize;
    for (let at = start + partSize / 2; at <= Math.min(children.length - 1, start + partSize * 1.5); at++)
      if (cost(at, start) < cost(best, start)) best = at;
    cuts.push(best);
  }
  return [...cuts, children.length];

  /** Connections that a cut would cross, and how far it is from the usual length. */
  function cost(at: number, start: number): number {
    return crossing[at]! + Math.abs(at - start - partSize) / (2 * partSize);
  }
}

function connect(
  leaves: readonly TreeItem[],
  inputs: readonly TreeItem[],
  outputs: readonly TreeItem[],
  view: OnnxGraphView,
): Pick<GroupTree, 'edges' | 'entries'> {
  const edges = new Map<TreeItem, Map<string, TreeEdge>>();
  const entries = new Map<TreeItem, { in: Set<TreeItem>; out: Set<TreeItem> }>();
  const { from, to, value } = view.edges;
  for (let edge = 0; edge < from.length; edge++) {
    const a = from[edge]! >= 0 ? leaves[from[edge]!] : inputs[-1 - from[edge]!];
    const b = to[edge]! >= 0 ? leaves[to[edge]!] : outputs[-1 - to[edge]!];
    if (!a || !b) continue;
    const [group, one, other] = meeting(a, b);
    if (!group || one === other) continue;
    let list = edges.get(group);
    if (!list) edges.set(group, (list = new Map<string, TreeEdge>()));
    const key = `${one.id} ${other.id}`;
    if (!list.has(key)) list.set(key, { from: one, to: other, value: value[edge]! });
    noteEntries(entries, a, one, 'out');
    noteEntries(entries, b, other, 'in');
  }
  return { edges: new Map([...edges].map(([group, list]) => [group, [...list.values()]])), entries };
}

/** All groups between a leaf and the end of its connection know through which child it goes. */
function noteEntries(
  entries: Map<TreeItem, { in: Set<TreeItem>; out: Set<TreeItem> }>,
  start: TreeItem,
  end: TreeItem,
  side: 'in' | 'out',
): void {
  for (let item = start; item !== end; item = item.parent!) {
    const group = item.parent!;
    let known = entries.get(group);
    if (!known) entries.set(group, (known = { in: new Set<TreeItem>(), out: new Set<TreeItem>() }));
    known[side].add(item);
  }
}

/** The groups around an item, outermost first, without the whole. */
export function ancestorsOf(item: TreeItem): TreeItem[] {
  const found: TreeItem[] = [];
  for (let group = item.parent; group?.parent; group = group.parent) found.unshift(group);
  return found;
}

export function allGroups(root: TreeItem): TreeItem[] {
  return root.children.flatMap((child) => (child.kind === 'group' ? [child, ...allGroups(child)] : []));
}
