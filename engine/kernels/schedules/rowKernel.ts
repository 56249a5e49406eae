// Writes kernels over rows: the threads of a row combine their shares of each reduction, then finish what depends on it.
import type { Value } from '../../ir/graph.js';
import type { Expression, Reduce } from '../expression.js';
import type { KernelCommand } from '../kernelPlan.js';
import type { KernelWriter } from '../kernelWriter.js';
import type { Location } from '../memory.js';
import { combined } from '../shaderText.js';
import { Accumulation, type Accumulator, type Share } from './accumulate.js';
import { LanePool } from './lanePool.js';
import type { LaneShape } from './laneShape.js';
import { loopsOf, type ReductionLoop } from './longReductions.js';
import { dispatchOf } from './mapSchedule.js';
import { loadOf, localLoads, pendingIn, type LocalLoads, type PlacedRoot, type RowPlan } from './rowPlan.js';
import { isWorthRepeating, repeatedLoop } from './repeatedLoop.js';
import { columnsOf } from './rowSplit.js';
import type { ScheduleContext } from './schedule.js';

export class RowKernel {
  private readonly writer: KernelWriter;
  private readonly accumulation: Accumulation;
  private readonly pool: LanePool;
  /** Reductions and loads of rows' values that have a text. */
  private readonly known = new Set<Expression>();
  /** Values of columns that were stored already. */
  private readonly written = new Set<Value>();
  private readonly reduces: ReadonlySet<Expression>;
  private readonly local: LocalLoads;
  private readonly workgroups: [number, number, number];
  /** The condition for a thread to have a row, where some have none. */
  private readonly hasRow: readonly string[];
  /** Each thread has a part of a row to itself, else a workgroup has one part. */
  private readonly isPartOwn: boolean;
  private names = 0;

  constructor(
    private readonly plan: RowPlan,
    private readonly shape: LaneShape,
    private readonly context: ScheduleContext,
  ) {
    this.writer = context.writer();
    this.accumulation = new Accumulation(this.writer.text);
    this.pool = new LanePool(this.writer.text, shape);
    this.reduces = new Set(plan.reduces);
    this.local = localLoads(plan, context.e);
    const { rows } = plan.split;
    this.isPartOwn = shape.parts > 1 && shape.lanes === 1;
    const count = this.isPartOwn
      ? Math.ceil((rows * shape.parts) / shape.rows)
      : Math.ceil(rows / shape.rows) * shape.parts;
    this.workgroups = dispatchOf(count, context.target);
    const dispatched = this.workgroups[0] * this.workgroups[1];
    const isExact = this.isPartOwn ? (rows * shape.parts) % shape.rows === 0 : rows % shape.rows === 0;
    this.hasRow =
      isExact && dispatched === count ? [] : [this.isPartOwn ? `part < ${shape.parts}` : `wantedRow < ${rows}`];
    this.begin();
  }

  /** Everything in one dispatch. */
  whole(): void {
    const waiting = new Set(this.plan.rowRoots);
    for (;;) {
      this.bindReady(waiting);
      const ready = this.readyReduces();
      if (ready.length > 0) this.settle(this.combinedHere(ready));
      else if (!this.writeNeeded()) break;
    }
    this.finish(waiting);
  }

  /** Writes each part's share of a stage's reductions to `scratch`, rows side by side, from what earlier stages left there. */
  stage(number: number, scratch: ReadonlyMap<Reduce, Location>, parts: number): void {
    const { plan, writer } = this;
    this.settleStages(number, scratch, parts);
    const results = this.combinedHere(plan.stages![number]!);
    this.firstLane(() => {
      results.forEach(({ reduce, name }) => {
        const place = writer.element(scratch.get(reduce)!, this.indexOfPart('part'), 'read_write');
        writer.text.line(`${place} = ${reduce.type === 'bool' ? `u32(${name})` : name};`);
      });
    });
  }

  /** Combines what all stages wrote in so many parts, and finishes. */
  afterStages(scratch: ReadonlyMap<Reduce, Location>, parts: number): void {
    this.finish(this.settleStages(this.plan.stages!.length, scratch, parts));
  }

  /** Answers roots of rows that are not computed yet. */
  private settleStages(count: number, scratch: ReadonlyMap<Reduce, Location>, parts: number): Set<PlacedRoot> {
    const waiting = new Set(this.plan.rowRoots);
    for (const stage of this.plan.stages!.slice(0, count)) {
      this.bindReady(waiting);
      this.settle(this.pool.combine(this.sharesOf(stage, scratch, parts)));
    }
    this.bindReady(waiting);
    return waiting;
  }

  /** What a lane combines of the parts' results. */
  private sharesOf(stage: readonly Reduce[], scratch: ReadonlyMap<Reduce, Location>, parts: number): Accumulator[] {
    const { shape, writer } = this;
    const totals = stage.map((reduce) => this.accumulation.accumulator(reduce));
    writer.text.block(`for (var share = lane; share < ${parts}; share += ${shape.lanes})`, [], false, () => {
      totals.forEach(({ reduce, name }) => {
        const share = writer.element(scratch.get(reduce)!, this.indexOfPart('share'));
        const term = reduce.type === 'bool' ? `(${share} != 0u)` : share;
        writer.text.line(`${name} = ${combined(reduce.combiner, name, term)};`);
      });
    });
    return totals;
  }

  command(label: string, work: { readonly flops: number; readonly bytes: number }): KernelCommand {
    const { shape, context, workgroups } = this;
    return this.writer.command({
      label,
      nodes: context.nodes,
      workgroups,
      workgroupSize: [shape.rows * shape.lanes, 1, 1],
      declarations: this.pool.declarations(),
      ...work,
    });
  }

  /** Which row, lane and part a thread belongs to. */
  private begin(): void {
    const { plan, shape, workgroups } = this;
    const { text } = this.writer;
    const { rows, lanes, parts, acrossRows } = shape;
    text.line(
      `let group = i32(${workgroups[1] === 1 ? 'workgroup.x' : `workgroup.y * ${workgroups[0]}u + workgroup.x`});`,
    );
    text.line(`let place = i32(thread) ${acrossRows ? `% ${rows}` : `/ ${lanes}`};`);
    text.line(`let lane = i32(thread) ${acrossRows ? `/ ${rows}` : `% ${lanes}`};`);
    const { row, split } = plan;
    if (this.isPartOwn) {
      text.line(`let part = (group * ${rows} + place) / ${split.rows};`);
      text.line(`let wantedRow = (group * ${rows} + place) % ${split.rows};`);
    } else {
      if (parts > 1) text.line(`let part = group % ${parts};`);
      text.line(`let wantedRow = ${parts > 1 ? `(group / ${parts})` : 'group'} * ${rows} + place;`);
    }
    // Threads without a row compute the last one's, since all must reach the barriers, and write nothing.
    if (row.kind === 'variable') text.line(`let ${row.name} = min(wantedRow, ${split.rows - 1});`);
  }

  private indexOfPart(part: string): string {
    const { row, split } = this.plan;
    return row.kind === 'variable' ? `${part} * ${split.rows} + ${row.name}` : part;
  }

  private readyReduces(): Reduce[] {
    return this.openReduces().filter(({ body }) => this.pending(body).length === 0);
  }

  private openReduces(): Reduce[] {
    return this.plan.reduces.filter((reduce) => !this.known.has(reduce));
  }

  private pending(expression: Expression): Expression[] {
    const { reduces, local, known, written } = this;
    return pendingIn(expression, reduces, local, { expressions: known, values: written });
  }

  /** Stores values of columns that further reductions run over: the threads that will read them are those that computed them. */
  private writeNeeded(): boolean {
    const wanted = new Set<Value>();
    for (const { body } of this.openReduces())
      for (const part of this.pending(body)) if (part.kind === 'load') wanted.add(part.source);
    const ready = this.plan.columnRoots.filter(
      ({ root, expression }) => wanted.has(root.value) && this.isReadyInColumn(expression),
    );
    if (ready.length === 0) return false;
    this.inside([], () => this.columns(ready));
    return true;
  }

  /** Whether all that is missing are other values at the same column, which can be computed along with it. */
  private isReadyInColumn(expression: Expression): boolean {
    return this.pending(expression).every((part) => {
      const found = this.plan.columnRoots.find((placed) => part === this.columnLoad(placed));
      return found !== undefined && this.isReadyInColumn(found.expression);
    });
  }

  private columnLoad({ root, index }: PlacedRoot): Expression {
    return loadOf(root.value, index, this.context.e);
  }

  private settle(results: readonly Accumulator[]): void {
    for (const { reduce, name } of results) {
      this.writer.text.bind(reduce, name);
      this.known.add(reduce);
    }
  }

  /** Computes roots of rows that later reductions need, where everything that they need is known. */
  private bindReady(waiting: Set<PlacedRoot>): void {
    if (this.openReduces().length === 0) return;
    for (const placed of waiting) if (this.pending(placed.expression).length === 0) this.bindRoot(placed, waiting);
  }

  private bindRoot(placed: PlacedRoot, waiting: Set<PlacedRoot>): void {
    const { text } = this.writer;
    const name = text.text(placed.expression);
    waiting.delete(placed);
    if (placed.root.homing) return;
    const load = loadOf(placed.root.value, placed.index, this.context.e);
    text.bind(load, name);
    this.known.add(load);
  }

  /** What is left once all reductions are known: values of rows, then of columns, and what is stored. */
  private finish(waiting: Set<PlacedRoot>): void {
    const { rowRoots, columnRoots } = this.plan;
    const storeRows = (): void => rowRoots.forEach((placed) => this.store(placed));
    if (columnRoots.length === 0) {
      this.firstLane(() => {
        for (const placed of waiting) this.bindRoot(placed, waiting);
        storeRows();
      });
      return;
    }
    for (const placed of waiting) this.bindRoot(placed, waiting);
    if (rowRoots.some(({ root }) => !root.inner)) this.firstLane(storeRows, this.shape.parts > 1 ? ['part == 0'] : []);
    const left = columnRoots.filter(({ root }) => !this.written.has(root.value) && !root.inner);
    this.inside([], () => this.columns(left));
  }

  /**
   * Stores roots for every column, with what they need of others at the same column. Everything at a position is computed before
   * anything is stored there, because state is overwritten in place.
   */
  private columns(stored: readonly PlacedRoot[]): void {
    const { plan, shape, writer } = this;
    const { column } = plan;
    if (column.kind !== 'variable') return;
    const needed = this.neededInColumn(stored);
    const { start, end, length } = this.range(columnsOf(plan.split));
    const from = shape.lanes === 1 ? start : start === '0' ? 'lane' : `${start} + lane`;
    const isRepeated = isWorthRepeating([...needed].map(({ expression }) => expression));
    repeatedLoop(writer.text, column, { start: from, end, step: shape.lanes, length }, isRepeated, () => {
      for (const placed of plan.columnRoots) {
        if (!needed.has(placed)) continue;
        const name = writer.text.text(placed.expression);
        if (!placed.root.homing) writer.text.bind(this.columnLoad(placed), name);
      }
      stored.forEach((placed) => this.store(placed));
    });
    for (const { root } of stored) this.written.add(root.value);
  }

  private neededInColumn(stored: readonly PlacedRoot[]): Set<PlacedRoot> {
    const needed = new Set<PlacedRoot>();
    const need = (placed: PlacedRoot): void => {
      if (needed.has(placed)) return;
      needed.add(placed);
      for (const part of this.pending(placed.expression))
        for (const other of this.plan.columnRoots) if (part === this.columnLoad(other)) need(other);
    };
    stored.forEach(need);
    return needed;
  }

  private store({ root, expression, index }: PlacedRoot): void {
    if (root.inner) return;
    const { location, guarded } = this.context.destination(root.value, root.homing ?? false);
    this.writer.store(location, this.writer.text.text(index), expression, guarded);
  }

  private firstLane(body: () => void, conditions: readonly string[] = []): void {
    this.inside(this.shape.lanes === 1 ? conditions : ['lane == 0', ...conditions], body);
  }

  /** Runs for threads that have a row, and for which the conditions hold. */
  private inside(conditions: readonly string[], body: () => void): void {
    const all = [...this.hasRow, ...conditions];
    if (all.length === 0) body();
    else this.writer.text.block(`if (${all.join(' && ')})`, [], true, body);
  }

  /** The results of reductions over what this part has of them. */
  private combinedHere(reduces: readonly Reduce[]): Accumulator[] {
    const { lanes, parts } = this.shape;
    const nests = loopsOf(reduces, this.context.e, lanes > 1 ? Infinity : parts);
    return this.pool.combine(nests.flatMap((nest) => this.accumulation.over(nest, this.share(nest))));
  }

  private share(nest: readonly ReductionLoop[]): Share {
    return this.range(nest[0]!.variables[0]!.max + 1);
  }

  /** This part of so many values. */
  private range(extent: number): Share {
    const { lanes, parts } = this.shape;
    if (parts === 1) return { start: '0', end: String(extent), length: extent, lanes };
    const length = Math.ceil(extent / parts);
    const id = this.names++;
    this.writer.text.line(`let start${id} = part * ${length};`);
    this.writer.text.line(`let end${id} = min(start${id} + ${length}, ${extent});`);
    return { start: `start${id}`, end: `end${id}`, length, lanes };
  }
}
