// Puts kernels together that work along the same rows: reductions over one domain, and what is computed from their results.
import type { Value } from '../ir/graph.js';
import { contractionProblem } from './schedules/contractionProblem.js';
import { longReductionsOf, loopsOf } from './schedules/longReductions.js';
import { columnsOf, findSplit, isSplit, positionAt, rowAt } from './schedules/rowSplit.js';
import { planRows } from './schedules/rowPlan.js';
import type { Definitions } from './definitions.js';
import { extentOf, visitExpressions, type Expression, type Load, type Reduce } from './expression.js';
import type { GroupDependencies } from './groupDependencies.js';
import { computesAll, newRoot, type KernelGroup, type Root, type RowSplit } from './kernelGroup.js';

export interface Merging {
  readonly dependencies: GroupDependencies;
  readonly definitions: Definitions;
  readonly software: boolean;
  /** Whether an output overwrites state. */
  isState(value: Value): boolean;
  /** Whether one kernel may hold what two did: its buffers, its length, state that it overwrites. */
  mayBe(merged: KernelGroup): boolean;
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

  /** What the group needs directly, the latest first; then the others. */
  private candidates(group: KernelGroup): KernelGroup[] {
    const before = [...this.earlier].reverse();
    const needed = this.merging.dependencies.directly(group);
    return [...before.filter((other) => needed.has(other)), ...before.filter((other) => !needed.has(other))];
  }

  /** Puts `later` into `earlier`, if that is possible and pays. */
  private merge(earlier: KernelGroup, later: KernelGroup): boolean {
    if (!isRelated(earlier, later) || this.isContraction(earlier) || this.isContraction(later)) return false;
    const { dependencies } = this.merging;
    const needed = dependencies.directly(later);
    const between = [...needed].some((group) => group !== earlier && dependencies.reaches(group, earlier));
    if (between || dependencies.reaches(earlier, later)) return false;
    const merged = this.together(earlier, later);
    if (!merged || !this.merging.mayBe(merged)) return false;
    Object.assign(earlier, merged);
    this.merging.merged(earlier, later);
    return true;
  }

  private together(earlier: KernelGroup, later: KernelGroup): KernelGroup | undefined {
    for (const merged of this.forms(earlier, later))
      if (this.pays(merged) && this.readsWhatItComputes(merged)) return merged;
    return undefined;
  }

  /** Both groups as one, in the order in which they ran. */
  private forms(earlier: KernelGroup, later: KernelGroup): KernelGroup[] {
    if (earlier.elements === later.elements) return this.sideBySide(earlier, later);
    const [wide, narrow] = earlier.elements > later.elements ? [earlier, later] : [later, earlier];
    if (narrow.rows || wide.elements % narrow.elements !== 0 || wide.position.kind !== 'variable') return [];
    return this.splitsBetween(wide, narrow)
      .filter((split) => this.suits(wide, split))
      .map((rows): KernelGroup => {
        const rowRoots = narrow.roots.map((root) => this.rowRoot(root, narrow, wide.position, rows));
        const roots = wide === earlier ? [...wide.roots, ...rowRoots] : [...rowRoots, ...wide.roots];
        return { kind: 'kernel', elements: wide.elements, position: wide.position, roots, rows };
      });
  }

  private sideBySide(earlier: KernelGroup, later: KernelGroup): KernelGroup[] {
    const { elements, position } = earlier;
    const merged: KernelGroup = { kind: 'kernel', elements, position, roots: [...earlier.roots, ...later.roots] };
    const rows = earlier.rows ?? later.rows;
    if (earlier.rows && later.rows && rowKey(earlier.rows) !== rowKey(later.rows)) return [];
    if (rows) return this.suits(earlier, rows) && this.suits(later, rows) ? [{ ...merged, rows }] : [];
    const reduces = reductionsOf(merged);
    if (reduces.length === 0) return [merged];
    const found = findSplit(merged, reduces, this.merging.definitions.e);
    return [columnsOf(found) > 1 ? { ...merged, rows: found } : merged];
  }

  /** The rows by which one reads what the other computes. */
  private splitsBetween(wide: KernelGroup, narrow: KernelGroup): RowSplit[] {
    if (wide.rows) return wide.rows.rows === narrow.elements ? [wide.rows] : [];
    const { e } = this.merging.definitions;
    const mine = new Set(narrow.roots.map(({ value }) => value));
    const places = new Set<Expression>();
    for (const { sources } of wide.roots)
      for (const [source, at] of sources) if (mine.has(source)) at.forEach((place) => places.add(place));
    if (places.size === 0) {
      const own = findSplit(wide, reductionsOf(wide), e);
      if (own.rows === narrow.elements) return [own];
    }
    const splits = splitsFor(wide.elements, narrow.elements, [...places, ...reductionsOf(narrow)]);
    return splits.filter((split) => [...places].every((place) => rowAt(e, split, wide.position) === place));
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

  /** Enough rows for the GPU, or rows short enough for them to be few. */
  private pays(merged: KernelGroup): boolean {
    const reduces = reductionsOf(merged);
    if (reduces.length === 0) return isSmall(merged);
    const rows = merged.rows?.rows ?? merged.elements;
    const columns = merged.rows ? columnsOf(merged.rows) : 1;
    const longest = reduces.reduce((most, reduce) => Math.max(most, extentOf(reduce)), columns);
    if (this.merging.software) return rows >= 8 || rows * longest <= 8192;
    // Without such reads the reductions can be computed in pieces.
    if (straysOf(merged).size === 0) return true;
    return longest <= (rows < 32 ? 4096 : rows < 128 ? 16_384 : 65_536);
  }

  /**
   * What a group computes itself is read only where the same thread has computed it: at the same position, or by a reduction over
   * the columns of the same row, whose terms are dealt out like the columns.
   */
  private readsWhatItComputes(group: KernelGroup): boolean {
    const strays = straysOf(group);
    if (strays.size === 0) return true;
    if ([...strays].some((value) => this.merging.isState(value))) return false;
    if (group.roots.some(({ value, ofRow }) => strays.has(value) && ofRow === true)) return false;
    const { e } = this.merging.definitions;
    const plan = group.rows && planRows(group, e);
    if (!plan) return false;
    const { split, row } = plan;
    const shared = new Set<Expression>(plan.reduces);
    const isWithin = (expression: Expression, place: Expression | undefined): boolean =>
      loadsOutside(expression, shared).every(({ source, index }) => !strays.has(source) || index === place);
    const wide = positionAt(e, split, row, plan.column);
    return (
      [...plan.rowRoots, ...plan.columnRoots].every(({ expression }) => isWithin(expression, wide)) &&
      loopsOf(plan.reduces, e, Infinity)
        .flat()
        .every(({ body, variables }) => isWithin(body, positionAt(e, split, row, variables[0]!)))
    );
  }

  private isContraction(group: KernelGroup): boolean {
    let known = this.contractions.get(group);
    if (known === undefined)
      this.contractions.set(group, (known = contractionProblem(group, this.merging.definitions) !== undefined));
    return known;
  }
}

const knownReductions = new WeakMap<readonly Root[], Reduce[]>();

function reductionsOf({ roots, position }: KernelGroup): Reduce[] {
  let known = knownReductions.get(roots);
  if (!known) {
    const expressions = roots.map(({ expression }) => expression);
    knownReductions.set(roots, (known = longReductionsOf(expressions, position)));
  }
  return known;
}

/** Hardly worth a kernel of its own: updates of small parameters, running statistics. */
function isSmall(group: KernelGroup): boolean {
  return group.elements <= 16_384 && !group.rows && reductionsOf(group).length === 0;
}

function sourcesOf({ roots }: KernelGroup): Set<Value> {
  return new Set(roots.flatMap(({ sources }) => [...sources.keys()]));
}

/** One reads what the other makes and reductions are about, both reduce the same, or both are small. */
function isRelated(earlier: KernelGroup, later: KernelGroup): boolean {
  if (isSmall(earlier) && isSmall(later)) return earlier.elements === later.elements;
  const [mine, others] = [isReduction(earlier), isReduction(later)];
  return dependsOn(later, earlier) ? mine || others : mine && others && sameDomain(earlier, later);
}

function isReduction(group: KernelGroup): boolean {
  return group.rows !== undefined || reductionsOf(group).length > 0;
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

/** Own values that are read at other positions than where they are computed. */
export function straysOf(group: KernelGroup): Set<Value> {
  const mine = new Set(group.roots.map(({ value }) => value));
  const strays = new Set<Value>();
  for (const { sources, homing } of group.roots)
    for (const [source, places] of sources)
      if (!homing && mine.has(source) && !computesAll(group, source, places)) strays.add(source);
  return strays;
}

/** Loads in an expression, but not those in the given reductions. */
function loadsOutside(root: Expression, reduces: ReadonlySet<Expression>): Load[] {
  const loads: Load[] = [];
  visitExpressions([root], (part) => {
    if (part.kind === 'load') loads.push(part);
    return !reduces.has(part);
  });
  return loads;
}

function splitsFor(elements: number, rows: number, parts: readonly Expression[]): RowSplit[] {
  const inners = new Set([1, elements / rows]);
  visitExpressions(parts, (part) => {
    if (part.kind === 'call' && part.op === '/' && part.args[1]?.kind === 'constant') inners.add(part.args[1].value);
    if (part.kind === 'reduce') inners.add(part.variables.at(-1)!.max + 1);
  });
  return [...inners]
    .filter((inner) => elements % (rows * inner) === 0)
    .map((inner) => ({ rows, inner, outer: elements / (rows * inner) }));
}

function rowKey({ rows, inner, outer }: RowSplit): string {
  return [rows, inner, outer].join();
}
