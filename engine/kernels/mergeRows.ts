// Puts kernels together that work along the same rows: reductions over one domain, and what is computed from their results.
import type { Value } from '../ir/graph.js';
import { contractionProblem } from './schedules/contractionProblem.js';
import { longReductionsOf } from './schedules/longReductions.js';
import { columnsOf, isSplit, rowAt } from './schedules/rowSplit.js';
import type { Definitions } from './definitions.js';
import { extentOf, visitExpressions, type Expression, type Reduce } from './expression.js';
import type { GroupDependencies } from './groupDependencies.js';
import { computesAll, newRoot, type KernelGroup, type Root, type RowSplit } from './kernelGroup.js';

export interface Merging {
  readonly dependencies: GroupDependencies;
  readonly definitions: Definitions;
  readonly software: boolean;
  /** Whether one kernel may hold what two did: its buffers, its length, state that it overwrites. */
  mayBe(merged: KernelGroup, parts: readonly KernelGroup[]): boolean;
  /** `kept` computes from now on what `gone` did. */
  merged(kept: KernelGroup, gone: KernelGroup): void;
}

export function mergeRows(merging: Merging): void {
  const merger = new RowMerger(merging);
  for (const group of merging.dependencies.ordered()) if (group.kind === 'kernel') merger.visit(group);
}

class RowMerger {
  /** Groups that were looked at and still exist. */
  private readonly earlier = new Set<KernelGroup>();
  private readonly contractions = new Map<KernelGroup, boolean>();

  constructor(private readonly merging: Merging) {}

  visit(group: KernelGroup): void {
    for (const other of this.candidates(group)) {
      if (!this.merge(other, group)) continue;
      // What was merged may fit others now.
      this.earlier.delete(other);
      this.visit(other);
      return;
    }
    this.earlier.add(group);
  }

  /** What the group needs directly, the latest first; then those that share a source with it. */
  private candidates(group: KernelGroup): KernelGroup[] {
    const before = [...this.earlier].reverse();
    const needed = this.merging.dependencies.directly(group);
    const sources = sourcesOf(group);
    return [
      ...before.filter((other) => needed.has(other)),
      ...before.filter((other) => !needed.has(other) && [...sourcesOf(other)].some((source) => sources.has(source))),
    ];
  }

  /** Puts `later` into `earlier`, if that is possible and pays. */
  private merge(earlier: KernelGroup, later: KernelGroup): boolean {
    const { dependencies } = this.merging;
    const merged = this.together(earlier, later);
    if (!merged) return false;
    const needed = dependencies.directly(later);
    const between = [...needed].some((group) => group !== earlier && dependencies.reaches(group, earlier));
    if (between || dependencies.reaches(earlier, later)) return false;
    if (this.isContraction(earlier) || this.isContraction(later)) return false;
    if (!this.merging.mayBe(merged, [earlier, later])) return false;
    Object.assign(earlier, merged);
    this.merging.merged(earlier, later);
    return true;
  }

  private together(earlier: KernelGroup, later: KernelGroup): KernelGroup | undefined {
    const merged =
      earlier.elements >= later.elements ? this.onto(earlier, later, true) : this.onto(later, earlier, false);
    if (!merged) return undefined;
    if (!readsWhatItComputes(merged)) return undefined;
    return this.pays(merged, earlier, later) ? merged : undefined;
  }

  /** Both on the positions of `wide`, in the order in which they ran. */
  private onto(wide: KernelGroup, narrow: KernelGroup, wideFirst: boolean): KernelGroup | undefined {
    if (wide.elements === narrow.elements) return this.sideBySide(wide, narrow, wideFirst);
    if (narrow.rows || wide.elements % narrow.elements !== 0 || wide.position.kind !== 'variable') return undefined;
    const split = wide.rows ?? this.splitBetween(wide, narrow);
    if (split?.rows !== narrow.elements || !this.suits(wide, split)) return undefined;
    const rows = narrow.roots.map((root) => this.rowRoot(root, narrow, wide.position, split));
    const roots = wideFirst ? [...wide.roots, ...rows] : [...rows, ...wide.roots];
    return { kind: 'kernel', elements: wide.elements, position: wide.position, roots, rows: split };
  }

  private sideBySide(first: KernelGroup, second: KernelGroup, inOrder: boolean): KernelGroup | undefined {
    const split = first.rows ?? second.rows;
    if (first.rows && second.rows && rowKey(first.rows) !== rowKey(second.rows)) return undefined;
    if (split && !(this.suits(first, split) && this.suits(second, split))) return undefined;
    const roots = inOrder ? [...first.roots, ...second.roots] : [...second.roots, ...first.roots];
    const { elements, position } = first;
    return { kind: 'kernel', elements, position, roots, ...(split && { rows: split }) };
  }

  /** The row by which `wide` reads what `narrow` computes, or the other way round. */
  private splitBetween(wide: KernelGroup, narrow: KernelGroup): RowSplit | undefined {
    const { e } = this.merging.definitions;
    const mine = new Set(narrow.roots.map(({ value }) => value));
    const places = new Set<Expression>();
    for (const { sources } of wide.roots)
      for (const [source, at] of sources) if (mine.has(source)) at.forEach((place) => places.add(place));
    const [place] = places;
    if (places.size !== 1 || !place) return undefined;
    return splitsFor(wide.elements, narrow.elements, place).find((split) => rowAt(e, split, wide.position) === place);
  }

  private rowRoot(root: Root, { position }: KernelGroup, wide: Expression, split: RowSplit): Root {
    const { e } = this.merging.definitions;
    const row = rowAt(e, split, wide);
    const place = (part: Expression): Expression =>
      position.kind === 'variable' ? e.substitute(part, new Map([[position, row]])) : part;
    const { homing } = root;
    return { ...newRoot(root.value, place(root.expression), place(root.at)), ofRow: true, ...(homing && { homing }) };
  }

  /** Whether all long reductions of the group depend on the row only. */
  private suits(group: KernelGroup, split: RowSplit): boolean {
    return isSplit(split, reductionsOf(group), group.position, this.merging.definitions.e);
  }

  /** Enough rows for the GPU, or rows short enough for them to be few; and something in common. */
  private pays(merged: KernelGroup, earlier: KernelGroup, later: KernelGroup): boolean {
    const reduces = reductionsOf(merged);
    const rows = merged.rows?.rows ?? merged.elements;
    const columns = merged.rows ? columnsOf(merged.rows) : 1;
    const longest = reduces.reduce((most, reduce) => Math.max(most, extentOf(reduce)), columns);
    if (reduces.length === 0) return false;
    if (!dependsOn(later, earlier)) return !merged.rows && sameDomain(earlier, later);
    return this.merging.software
      ? rows >= 8 || rows * longest <= 8192
      : longest <= (rows < 32 ? 4096 : rows < 128 ? 16_384 : 65_536);
  }

  private isContraction(group: KernelGroup): boolean {
    let known = this.contractions.get(group);
    if (known === undefined)
      this.contractions.set(group, (known = contractionProblem(group, this.merging.definitions) !== undefined));
    return known;
  }
}

function reductionsOf({ roots, position }: KernelGroup): Reduce[] {
  return longReductionsOf(
    roots.map(({ expression }) => expression),
    position,
  );
}

function sourcesOf({ roots }: KernelGroup): Set<Value> {
  return new Set(roots.flatMap(({ sources }) => [...sources.keys()]));
}

function dependsOn(later: KernelGroup, earlier: KernelGroup): boolean {
  const sources = sourcesOf(later);
  return earlier.roots.some(({ value }) => sources.has(value));
}

/** Whether both reduce as many terms, from some tensor that both read. */
function sameDomain(left: KernelGroup, right: KernelGroup): boolean {
  const extents = (group: KernelGroup): Set<number> => new Set(reductionsOf(group).map(extentOf));
  const [mine, others] = [extents(left), extents(right)];
  if (mine.size !== 1 || others.size !== 1 || !others.has([...mine][0]!)) return false;
  const sources = reducedBy(left);
  return [...reducedBy(right)].some((source) => sources.has(source));
}

function reducedBy(group: KernelGroup): Set<Value> {
  const sources = new Set<Value>();
  visitExpressions(reductionsOf(group), (part) => {
    if (part.kind === 'load') sources.add(part.source);
  });
  return sources;
}

/** What a group computes itself is read only where the same thread has computed it. */
function readsWhatItComputes(group: KernelGroup): boolean {
  const mine = new Set(group.roots.map(({ value }) => value));
  return group.roots.every(({ sources, homing }) =>
    [...sources].every(
      ([source, places]) => homing === true || !mine.has(source) || computesAll(group, source, places),
    ),
  );
}

function splitsFor(elements: number, rows: number, place: Expression): RowSplit[] {
  const inners = new Set([1, elements / rows]);
  visitExpressions([place], (part) => {
    if (part.kind === 'call' && part.op === '/' && part.args[1]?.kind === 'constant') inners.add(part.args[1].value);
  });
  return [...inners]
    .filter((inner) => elements % (rows * inner) === 0)
    .map((inner) => ({ rows, inner, outer: elements / (rows * inner) }));
}

function rowKey({ rows, inner, outer }: RowSplit): string {
  return [rows, inner, outer].join();
}
