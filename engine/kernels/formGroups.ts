// Gathers stored values into kernels: what reads a kernel's result at the same position joins it as its epilogue.
import type { Graph, Node, Value } from '../ir/graph.js';
import { sizeOf } from '../ir/shape.js';
import { hasLongReduction } from './contraction.js';
import { blocksAlong, seamsOf } from './blocks.js';
import type { Definitions } from './definitions.js';
import type { Expression } from './expression.js';
import { GroupDependencies } from './groupDependencies.js';
import {
  computesAll,
  newRoot,
  type Group,
  type GuardGroup,
  type KernelGroup,
  type Root,
  type SessionGroup,
} from './kernelGroup.js';
import { mergeRows, straysOf } from './mergeRows.js';
import type { KernelTarget } from './compileOptions.js';
import type { Homes } from './homes.js';
import { lateNodes } from './lateNodes.js';
import { slicedGroup } from './slices.js';
import { scalarTypeOf } from './scalarTypes.js';

/** Longer kernels take long to compile. */
const longest = 1500;

/**
 * The groups in an order in which they can run. State is overwritten in place where that is safe; outputs for which it is not are
 * detached in `homes`.
 */
export function formGroups(
  graph: Graph,
  definitions: Definitions,
  homes: Homes,
  isKernel: (node: Node) => boolean,
  target: KernelTarget,
): readonly Group[] {
  for (let hopeful = true; ;) {
    const former = new GroupFormer(graph, definitions, homes, isKernel, target, hopeful);
    const conflict = former.form();
    if (conflict) homes.detach(conflict);
    else {
      const groups = former.ordered();
      if (!hopeful || former.areBindable(groups)) return groups;
      hopeful = false;
    }
  }
}

class GroupFormer {
  private readonly dependencies = new GroupDependencies();
  private readonly makers = new Map<Value, Group[]>();
  private readonly readers = new Map<Value, Set<Group>>();
  private readonly positions = new Map<number, Expression>();
  private guard: GuardGroup | undefined;
  private session: SessionGroup | undefined;
  private conflict: Value | undefined;
  /** Outputs that were placed over state, by the state that they overwrite. */
  private readonly overwriters = new Map<Value, Value>();
  private readonly outputs: ReadonlySet<Value>;
  /** What onnxruntime reads. */
  private readonly ofSessions: ReadonlySet<Value | undefined>;
  private readonly mostBuffers: number;
  /** Stored values whole, at positions of their own. */
  private readonly wholes = new Map<Value, Root>();
  /** The stored values whose definitions read a value. */
  private readonly storedReaders = new Map<Value, Set<Value>>();

  constructor(
    private readonly graph: Graph,
    private readonly definitions: Definitions,
    private readonly homes: Homes,
    private readonly isKernel: (node: Node) => boolean,
    private readonly target: KernelTarget,
    /** Counts on values whose readers have all begun to join a kernel to stay inside it. */
    private readonly hopeful: boolean,
  ) {
    this.outputs = new Set(graph.outputs);
    this.ofSessions = new Set(graph.nodes.flatMap((node) => (isKernel(node) ? [] : node.inputs)));
    this.mostBuffers = target.limits.maxStorageBuffersPerShaderStage;
    for (const node of graph.nodes)
      if (isKernel(node)) for (const value of node.outputs) if (definitions.stored.has(value)) this.prepare(value);
  }

  private prepare(value: Value): void {
    const position = this.positionOf(sizeOf(value.shape as readonly number[]));
    const root = newRoot(value, this.definitions.computedAt(value, position), position);
    this.wholes.set(value, root);
    for (const source of root.sources.keys()) {
      const readers = this.storedReaders.get(source);
      if (readers) readers.add(value);
      else this.storedReaders.set(source, new Set([value]));
    }
  }

  /** Whether every kernel keeps within the buffers that it can bind. */
  areBindable(groups: readonly Group[]): boolean {
    return groups.every(
      (group) =>
        group.kind !== 'kernel' || this.boundBy(group.roots, ({ inner }) => inner !== true) <= this.mostBuffers,
    );
  }

  /** Forms all groups; answers an output that cannot be written in place, if there is one. */
  form(): Value | undefined {
    const late = lateNodes(this.graph, this.homes);
    for (const node of this.graph.nodes) if (!late.has(node)) this.place(node);
    // Before updates of the state join, which would put what they join behind the guard.
    this.merge();
    this.placeGuard();
    for (const node of this.graph.nodes) if (late.has(node)) this.place(node);
    this.placeCopies();
    this.merge();
    return this.conflict;
  }

  private merge(): void {
    mergeRows({
      dependencies: this.dependencies,
      definitions: this.definitions,
      software: this.target.software,
      isState: (value) => this.homes.isState(value),
      mayBe: (merged) => this.mayBeMerged(merged),
      merged: (kept, gone) => this.replace(gone, kept),
    });
  }

  ordered(): readonly Group[] {
    const groups = this.dependencies.ordered();
    for (const group of groups)
      if (group.kind === 'kernel') for (const root of group.roots) root.inner = this.isInner(root, group);
    return groups;
  }

  private mayBeMerged(merged: KernelGroup): boolean {
    if (merged.roots.reduce((sum, { size }) => sum + size, 0) > longest || this.isUnsafe(merged)) return false;
    const mine = new Set(merged.roots.map(({ value }) => value));
    const strays = straysOf(merged);
    const isStored = ({ value, homing }: Root): boolean =>
      homing === true || strays.has(value) || this.isReadOutside(value, mine);
    return this.boundBy(merged.roots, isStored) <= this.mostBuffers;
  }

  /** Whether anything but kernels that compute `mine` needs the value in memory. */
  private isReadOutside(value: Value, mine: ReadonlySet<Value>): boolean {
    if (this.outputs.has(value) || this.ofSessions.has(value)) return true;
    const readers = this.storedReaders.get(value);
    return !readers || [...readers].some((reader) => !mine.has(reader));
  }

  private replace(gone: KernelGroup, kept: KernelGroup): void {
    this.dependencies.merge(kept, gone);
    for (const readers of this.readers.values()) if (readers.delete(gone)) readers.add(kept);
    for (const [value, makers] of this.makers)
      if (makers.includes(gone))
        this.makers.set(value, [...new Set(makers.map((maker) => (maker === gone ? kept : maker)))]);
  }

  private isInner({ value, homing }: Root, group: KernelGroup): boolean {
    if (homing || this.outputs.has(value)) return false;
    const isComputed = ({ sources }: Root): boolean => computesAll(group, value, sources.get(value) ?? new Set());
    return [...(this.readers.get(value) ?? [])].every((reader) => reader === group) && group.roots.every(isComputed);
  }

  private placeGuard(): void {
    const { watched } = this.homes;
    if (watched.length === 0) return;
    this.session = undefined;
    const guard: GuardGroup = { kind: 'guard', watched };
    this.dependencies.add(guard);
    this.guard = guard;
    for (const value of watched) this.note(guard, value);
  }

  private place(node: Node): void {
    if (!this.isKernel(node)) {
      this.placeSession(node);
      return;
    }
    this.session = undefined;
    for (const value of node.outputs) if (this.definitions.stored.has(value)) this.placeRoot(value);
  }

  /** Joins the session before it when nothing in between was needed. */
  private placeSession(node: Node): void {
    let { session } = this;
    if (!session) {
      session = { kind: 'session', nodes: [] };
      this.dependencies.add(session);
      this.session = session;
    }
    session.nodes.push(node);
    for (const input of node.inputs) if (input) this.note(session, input);
    for (const output of node.outputs) {
      this.makers.set(output, [session]);
      // A session writes whole buffers, unguarded.
      if (this.homes.directPlace(output)) this.conflict ??= output;
    }
  }

  /** Brings outputs home that are graph inputs, constants or detached. */
  private placeCopies(): void {
    for (const value of this.graph.outputs) {
      const detached = this.homes.isDetached(value);
      if (value.producer && !detached) continue;
      const elements = sizeOf(value.shape as readonly number[]);
      const position = this.positionOf(elements);
      const { e } = this.definitions;
      const expression = e.load(value, scalarTypeOf(value.dtype!)!, position);
      const group = this.newGroup(elements, position);
      group.roots.push({ ...newRoot(value, expression, position), homing: true });
      this.note(group, value);
      if (this.homes.isState(value)) {
        if (this.guard) this.dependencies.require(group, this.guard);
        for (const old of this.homes.overwrittenBy(value))
          for (const reader of this.readers.get(old) ?? []) this.dependencies.require(group, reader);
      }
    }
  }

  private placeRoot(value: Value): void {
    const elements = sizeOf(value.shape as readonly number[]);
    const whole = this.wholes.get(value)!;
    const group = this.host(whole, elements) ?? this.hostOfSlices(whole, elements);
    if (group) this.join(whole, group);
    else if (!this.placeBlocks(whole)) this.join(whole, this.newGroup(elements, whole.at));
    if (!this.overwrites(value)) return;
    for (const old of this.homes.overwrittenBy(value)) this.overwriters.set(old, value);
  }

  private join(root: Root, group: KernelGroup): void {
    const needed = this.requirements(root);
    group.roots.push(root);
    const makers = this.makers.get(root.value);
    if (!makers) this.makers.set(root.value, [group]);
    else if (!makers.includes(group)) makers.push(group);
    if (this.isUnsafe(group)) this.conflict ??= root.value;
    // First what must come before: state that the group reads may have an overwriter that cannot wait for it any more.
    for (const earlier of needed) this.dependencies.require(group, earlier);
    for (const source of root.sources.keys()) this.note(group, source);
  }

  /** A concatenation becomes stores of the kernels that make its parts, if most of them can take one, or if it reads too much for one kernel. */
  private placeBlocks(whole: Root): boolean {
    const { value } = whole;
    if (this.homes.isState(value)) return false;
    const seams = seamsOf(value, this.definitions);
    if (!seams) return false;
    const shape = value.shape as readonly number[];
    const elements = sizeOf(shape) / seams.count;
    const position = this.positionOf(elements);
    const roots = blocksAlong(this.definitions.e, shape, seams.axis, seams.count, position).map(({ index, at }) =>
      newRoot(value, this.definitions.computed(value, value.producer!, index), at),
    );
    const hosted = roots.filter((root) => this.host(root, elements)).length;
    if (2 * hosted < roots.length && this.buffersOf([whole]) <= this.mostBuffers) return false;
    let shared: KernelGroup | undefined;
    for (const root of roots) {
      const host = this.host(root, elements);
      if (host) this.join(root, host);
      else if (shared && this.mayJoin(root, shared)) this.join(root, shared);
      else this.join(root, (shared = this.newGroup(elements, position)));
    }
    return true;
  }

  private overwrites(value: Value): boolean {
    return this.homes.isState(value) && !this.homes.isDetached(value);
  }

  private positionOf(elements: number): Expression {
    if (elements === 1) return this.definitions.e.int(0);
    let position = this.positions.get(elements);
    if (!position) this.positions.set(elements, (position = this.definitions.e.variable(elements, 'i')));
    return position;
  }

  private newGroup(elements: number, position: Expression): KernelGroup {
    const group: KernelGroup = { kind: 'kernel', elements, position, roots: [] };
    this.dependencies.add(group);
    return group;
  }

  /** Notes that a group reads a value. */
  private note(group: Group, value: Value): void {
    for (const maker of this.makers.get(value) ?? []) this.dependencies.require(group, maker);
    let readers = this.readers.get(value);
    if (!readers) this.readers.set(value, (readers = new Set()));
    readers.add(group);
    this.keepBeforeOverwriter(group, value);
  }

  /** State that was placed to be overwritten already is read by this group first. */
  private keepBeforeOverwriter(group: Group, value: Value): void {
    const output = this.overwriters.get(value);
    for (const overwriter of (output && this.makers.get(output)) ?? []) {
      if (overwriter === group) continue;
      if (this.dependencies.reaches(group, overwriter)) this.conflict ??= output;
      else this.dependencies.require(overwriter, group);
    }
  }

  /** Whether a kernel would read state at another position than where it overwrites it. */
  private isUnsafe({ roots, position }: KernelGroup): boolean {
    return roots.some(({ value, at }) => {
      if (!this.overwrites(value)) return false;
      if (at !== position) return true;
      const home = this.homes.directPlace(value)!;
      const old = new Set(this.homes.overwrittenBy(value));
      return roots.some(({ sources }) =>
        [...sources].some(
          ([source, places]) =>
            old.has(source) && !(isOnly(places, position) && this.homes.directPlace(source)!.offset === home.offset),
        ),
      );
    });
  }

  /** Groups that must run before the root: its sources' makers, the guard, readers of state that it overwrites. */
  private requirements(root: Root): Set<Group> {
    const needed = new Set<Group>();
    for (const source of root.sources.keys()) for (const maker of this.makers.get(source) ?? []) needed.add(maker);
    if (this.overwrites(root.value)) {
      if (this.guard) needed.add(this.guard);
      for (const old of this.homes.overwrittenBy(root.value))
        for (const reader of this.readers.get(old) ?? []) needed.add(reader);
    }
    return needed;
  }

  /** The group that a root joins: one that makes what it reads at the same positions, and needs nothing that follows from it. */
  private host(root: Root, elements: number): KernelGroup | undefined {
    const candidates = new Set<KernelGroup>();
    for (const [source, places] of root.sources)
      for (const maker of this.makers.get(source) ?? [])
        if (maker.kind === 'kernel' && maker.elements === elements && computesAll(maker, source, places))
          candidates.add(maker);
    return [...candidates].reverse().find((group) => this.mayJoin(root, group));
  }

  /** `self`: the group as it stands in the order, where `group` is another form of it. */
  private mayJoin(root: Root, group: KernelGroup, self = group): boolean {
    for (const [source, places] of root.sources)
      if (group.roots.some(({ value }) => value === source) && !computesAll(group, source, places)) return false;
    const roots = [...group.roots, root];
    if (hasLongReduction(root.expression) && group.roots.some(({ expression }) => hasLongReduction(expression)))
      return false;
    if (roots.reduce((sum, { size }) => sum + size, 0) > longest) return false;
    if (this.buffersOf(roots) > this.mostBuffers) return false;
    if (this.isUnsafe({ ...group, roots })) return false;
    return [...this.requirements(root)].every(
      (earlier) => earlier === self || !this.dependencies.reaches(earlier, self),
    );
  }

  /**
   * A small kernel of m times as many elements whose result the root reads in equal slices, most of m (the gates of a recurrent cell)
   * becomes one that computes all slices of a position, and the root joins it.
   */
  private hostOfSlices(root: Root, elements: number): KernelGroup | undefined {
    for (const [source, places] of root.sources) {
      const [group, ...others] = this.makers.get(source) ?? [];
      if (group?.kind !== 'kernel' || others.length > 0 || group.elements <= elements) continue;
      if (group.roots.some(({ value }) => this.overwrites(value))) continue;
      const sliced = slicedGroup(group, source, places, this.positionOf(elements), elements, this.definitions.e);
      if (!sliced || !this.mayJoin(root, sliced, group)) continue;
      Object.assign(group, sliced);
      return group;
    }
    return undefined;
  }

  /** Distinct buffers that a kernel of these roots would bind; values that may yet stay inside count only when that is not hoped for. */
  private buffersOf(roots: readonly Root[]): number {
    const mine = new Set(roots.map(({ value }) => value));
    return this.boundBy(roots, ({ value, homing }) => {
      if (!this.hopeful || homing || this.outputs.has(value)) return true;
      const readers = this.storedReaders.get(value);
      return !readers || [...readers].some((reader) => !mine.has(reader));
    });
  }

  private boundBy(roots: readonly Root[], isStored: (root: Root) => boolean): number {
    const mine = new Set(roots.map(({ value }) => value));
    const bound = new Set<object>();
    const bind = (value: Value): unknown => bound.add(this.homes.directPlace(value)?.buffer ?? value);
    for (const root of roots) {
      if (isStored(root)) bind(root.value);
      for (const source of root.sources.keys()) if (!mine.has(source) || root.homing) bind(source);
    }
    return bound.size + (roots.some(({ value }) => this.homes.isState(value)) ? 1 : 0);
  }
}

function isOnly(places: ReadonlySet<Expression>, position: Expression): boolean {
  return places.size === 1 && places.has(position);
}
