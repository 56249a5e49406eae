// What all kernels of a contraction share: which part of the result a thread computes, and what becomes of its sums.
import type { Expression, Reduce, ScalarType, Variable } from '../expression.js';
import type { Expressions } from '../expressions.js';
import type { KernelGroup } from '../kernelGroup.js';
import type { Storage } from '../kernelPlan.js';
import type { KernelWriter } from '../kernelWriter.js';
import type { Location } from '../memory.js';
import { threadsOf, type Tile } from '../tiles.js';
import type { ContractionProblem } from './contractionProblem.js';
import { writeRoots } from './epilogue.js';
import { dispatchOf } from './mapSchedule.js';
import type { ScheduleContext } from './schedule.js';

/** A kernel of a contraction while it is written. */
export interface ContractionFrame {
  readonly group: KernelGroup;
  readonly problem: ContractionProblem;
  readonly tile: Tile;
  readonly writer: KernelWriter;
  readonly context: ScheduleContext;
  readonly place: ThreadPlace;
  /** Where partial sums go, if a second kernel adds them up. */
  readonly partial: Location | undefined;
}

/** A thread's place in the work. */
export interface ThreadPlace {
  readonly workgroups: readonly [number, number, number];
  /** Flat number of the thread in its workgroup. */
  readonly thread: Variable;
  /** Tests whether the workgroup has work, where there are more of them than blocks. */
  readonly hasWork: string | undefined;
  readonly slice: Expression;
  readonly batch: Expression;
  /** First row and column of the workgroup's block. */
  readonly firstRow: Expression;
  readonly firstColumn: Expression;
  /** The thread's place along rows, columns and the summed index. */
  readonly lanes: readonly [row: Expression, column: Expression, sum: Expression];
}

/** Rows of a workgroup's block. */
export function heightOf({ rows, lanes }: Tile): number {
  return rows * lanes[0];
}

/** Columns of a workgroup's block. */
export function widthOf({ columns, lanes }: Tile): number {
  return columns * lanes[1];
}

/** Declares the thread's and the workgroup's number and derives their places. */
export function placeThread(
  problem: ContractionProblem,
  tile: Tile,
  { text }: KernelWriter,
  { e, target }: ScheduleContext,
): ThreadPlace {
  const extents = [
    tile.slices,
    problem.batches,
    Math.ceil(problem.rows / heightOf(tile)),
    Math.ceil(problem.columns / widthOf(tile)),
  ];
  const count = extents.reduce((product, extent) => product * extent, 1);
  const workgroups = dispatchOf(count, target);
  const thread = e.variable(threadsOf(tile), 'thread');
  const block = e.variable(count, 'block');
  text.line(`let ${thread.name} = i32(thread);`);
  const number = workgroups[1] === 1 ? 'workgroup.x' : `workgroup.y * ${workgroups[0]}u + workgroup.x`;
  text.line(`let ${block.name} = i32(${number});`);
  const [slice, batch, rowBlock, columnBlock] = e.unflatten(count === 1 ? e.int(0) : block, extents);
  return {
    workgroups,
    thread,
    hasWork: workgroups[0] * workgroups[1] > count ? `${block.name} < ${count}` : undefined,
    slice: slice!,
    batch: batch!,
    firstRow: e.scale(rowBlock!, heightOf(tile)),
    firstColumn: e.scale(columnBlock!, widthOf(tile)),
    lanes: lanesOf(problem, tile, thread, e),
  };
}

/** Neighbouring threads go along the sum where the columns' factor lies so in memory, else along columns. */
function lanesOf(
  { columnsAlongSum }: ContractionProblem,
  { lanes }: Tile,
  thread: Variable,
  e: Expressions,
): ThreadPlace['lanes'] {
  const [rows, columns, sums] = lanes;
  if (columnsAlongSum) return e.unflatten(thread, lanes) as [Expression, Expression, Expression];
  const [row, sum, column] = e.unflatten(thread, [rows, sums, columns]);
  return [row!, column!, sum!];
}

/** The flat index of a thread's row: its rows are neighbours, so that they may be read together. */
export function rowAt({ tile, place, context: { e } }: ContractionFrame, at: Expression): Expression {
  return e.add(place.firstRow, e.scale(place.lanes[0], tile.rows), at);
}

/**
 * The flat index of a thread's column. Neighbouring threads read and write neighbours; with workgroup memory, four of them at
 * once.
 */
export function columnAt({ tile, place, context: { e } }: ContractionFrame, at: Expression): Expression {
  const run = tile.kind === 'shared' && tile.columns % 4 === 0 ? 4 : 1;
  const [step, within] = [e.divide(at, run), e.remainder(at, run)];
  return e.add(place.firstColumn, e.scale(place.lanes[1], run), e.scale(step, run * tile.lanes[1]), within);
}

/** The flat indices of all of a thread's rows. */
export function rowsOf(frame: ContractionFrame): Expression[] {
  return Array.from({ length: frame.tile.rows }, (_, at) => rowAt(frame, frame.context.e.int(at)));
}

/** The flat indices of all of a thread's columns. */
export function columnsOf(frame: ContractionFrame): Expression[] {
  return Array.from({ length: frame.tile.columns }, (_, at) => columnAt(frame, frame.context.e.int(at)));
}

/** The name of a thread's sum. */
export function accumulator(sum: number, row: number, column: number): string {
  return `sum${sum}_${row}_${column}`;
}

export function declareAccumulators({ problem, tile, writer: { text } }: ContractionFrame): void {
  for (const [at, { sum }] of problem.sums.entries())
    for (let row = 0; row < tile.rows; row++)
      for (let column = 0; column < tile.columns; column++)
        text.line(`var ${accumulator(at, row, column)} = ${accumulatorType(sum.type)}();`);
}

/** Sums of float16 are made in float32; booleans have no sums. */
export function accumulatorType(type: ScalarType): Exclude<Storage, 'f16'> {
  return type === 'i32' || type === 'u32' ? type : 'f32';
}

/** Parts of code that finish a thread's results one by one; more of them are a loop, which an emulated GPU compiles sooner. */
const longestFinish = { software: 128, hardware: 4096 };

/** Stores a thread's sums: as the group's roots, or as partial sums. */
export function finishThread(frame: ContractionFrame): void {
  const { problem, tile, context } = frame;
  const limit = context.target.software ? longestFinish.software : longestFinish.hardware;
  if (problem.finishing * tile.rows * tile.columns > limit) {
    finishInLoop(frame);
    return;
  }
  const rows = rowsOf(frame);
  const columns = columnsOf(frame);
  for (const [row, down] of rows.entries())
    for (const [column, across] of columns.entries()) {
      const sums = problem.sums.map((_, at) => accumulator(at, row, column));
      finishResult(frame, down, across, sums);
    }
}

function finishInLoop(frame: ContractionFrame): void {
  const { problem, tile, writer, context } = frame;
  const { text } = writer;
  const { e } = context;
  const count = tile.rows * tile.columns;
  problem.sums.forEach(({ sum }, at) => {
    const names = Array.from({ length: count }, (_, result) =>
      accumulator(at, Math.floor(result / tile.columns), result % tile.columns),
    );
    text.line(`var results${at} = array<${accumulatorType(sum.type)}, ${count}>(${names.join(', ')});`);
  });
  const result = e.variable(count, 'result');
  const head = `for (var ${result.name}: i32 = 0; ${result.name} < ${count}; ${result.name}++)`;
  text.block(head, [result], true, () => {
    const row = rowAt(frame, e.divide(result, tile.columns));
    const column = columnAt(frame, e.remainder(result, tile.columns));
    const sums = problem.sums.map((_, at) => {
      text.line(`let sum${at} = results${at}[${result.name}];`);
      return `sum${at}`;
    });
    finishResult(frame, row, column, sums);
  });
}

/** Stores one result, whose sums' texts are given, if it lies inside the matrix. */
export function finishResult(
  frame: ContractionFrame,
  row: Expression,
  column: Expression,
  sums: readonly string[],
): void {
  const { group, problem, tile, place, writer, context, partial } = frame;
  const { text } = writer;
  const inside = [
    ...(place.hasWork === undefined ? [] : [place.hasWork]),
    ...(problem.rows % heightOf(tile) === 0 ? [] : [`${text.text(row)} < ${problem.rows}`]),
    ...(problem.columns % widthOf(tile) === 0 ? [] : [`${text.text(column)} < ${problem.columns}`]),
  ];
  const position = group.position as Variable;
  const head = inside.length > 0 ? `if (${inside.join(' && ')})` : '';
  text.block(head, partial ? [] : [position], true, () => {
    const flat = text.text(problem.position(place.batch, row, column));
    if (partial) {
      storeParts(frame, partial, flat, sums);
      return;
    }
    text.line(`let ${position.name} = ${flat};`);
    bindSums(problem, sums, writer);
    writeRoots(group, writer, context);
  });
}

/** Says what the group's sums are, in the innermost block. */
export function bindSums({ sums }: ContractionProblem, texts: readonly string[], { text }: KernelWriter): void {
  for (const [at, { sum }] of sums.entries()) text.bind(sum, narrowed(sum, texts[at]!));
}

function narrowed({ type }: Reduce, text: string): string {
  return type === 'f16' ? `f16(${text})` : text;
}

/** Partial sums lie [slice][sum][position]. */
function storeParts(
  { group, problem, place, writer, context: { e } }: ContractionFrame,
  partial: Location,
  flat: string,
  sums: readonly string[],
): void {
  const { text } = writer;
  const start = text.text(e.scale(place.slice, problem.sums.length * group.elements));
  for (const [at, name] of sums.entries()) {
    const index = `${start} + ${at * group.elements} + ${flat}`;
    text.line(`${writer.element(partial, index, 'read_write')} = ${name};`);
  }
}

/** An element of a factor as text of the accumulator's type. */
export function widened(text: string, type: ScalarType): string {
  return type === 'f16' ? `f32(${text})` : text;
}
