// What all kernels of a contraction share: which part of the result a thread computes, and what becomes of its sums.
import type { Expression, Variable } from '../expression.js';
import type { Expressions } from '../expressions.js';
import type { KernelGroup } from '../kernelGroup.js';
import type { KernelWriter } from '../kernelWriter.js';
import type { Location } from '../memory.js';
import { threadsOf, type Tile } from '../tiles.js';
import type { ContractionProblem } from './contractionProblem.js';
import { writeRoots } from './epilogue.js';
import { dispatchOf } from './mapSchedule.js';
import type { ScheduleContext } from './schedule.js';

/** What a kernel's frame must know of its statements. */
export interface WrittenKernel {
  readonly workgroups: readonly [number, number, number];
  readonly declarations: string;
}

/** A thread's place in the work. */
export interface ThreadPlace {
  readonly workgroups: readonly [number, number, number];
  /** Flat number of the thread in its workgroup. */
  readonly thread: Variable;
  readonly slice: Expression;
  readonly batch: Expression;
  /** First row and column of the workgroup's block. */
  readonly firstRow: Expression;
  readonly firstColumn: Expression;
  /** The thread's place along rows, columns and the summed index. */
  readonly lanes: readonly [row: Expression, column: Expression, sum: Expression];
}

/** Declares the thread's and the workgroup's number and derives their places. */
export function placeThread(
  problem: ContractionProblem,
  tile: Tile,
  writer: KernelWriter,
  { e, target }: ScheduleContext,
): ThreadPlace {
  const height = tile.rows * tile.lanes[0];
  const width = tile.columns * tile.lanes[1];
  const extents = [tile.slices, problem.batches, Math.ceil(problem.rows / height), Math.ceil(problem.columns / width)];
  const count = extents.reduce((product, extent) => product * extent, 1);
  const workgroups = dispatchOf(count, target);
  const thread = e.variable(threadsOf(tile), 'thread');
  const block = e.variable(count, 'block');
  writer.text.line(`let ${thread.name} = i32(thread);`);
  const number = workgroups[1] === 1 ? 'workgroup.x' : `workgroup.y * ${workgroups[0]}u + workgroup.x`;
  writer.text.line(`let ${block.name} = i32(${number});`);
  const [slice, batch, rowBlock, columnBlock] = e.unflatten(block, extents) as [
    Expression,
    Expression,
    Expression,
    Expression,
  ];
  return {
    workgroups,
    thread,
    slice,
    batch,
    firstRow: e.scale(rowBlock, height),
    firstColumn: e.scale(columnBlock, width),
    lanes: e.unflatten(thread, tile.lanes) as [Expression, Expression, Expression],
  };
}

/** The flat index of each of a thread's rows: neighbours, so that they may be read together. */
export function rowsOf(e: Expressions, { rows }: Tile, { firstRow, lanes }: ThreadPlace): Expression[] {
  return Array.from({ length: rows }, (_, at) => e.add(firstRow, e.scale(lanes[0], rows), at));
}

/** The flat index of each of a thread's columns: neighbouring threads read and write neighbours. */
export function columnsOf(e: Expressions, tile: Tile, { firstColumn, lanes }: ThreadPlace): Expression[] {
  return Array.from({ length: tile.columns }, (_, at) => e.add(firstColumn, lanes[1], at * tile.lanes[1]));
}

/** The names of a thread's sums, row by row. */
export function accumulators({ rows, columns }: Tile): string[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => `sum${row}_${column}`),
  );
}

/** Calls `body` for every result of the thread that lies inside the matrix, with its flat position. */
export function eachResult(
  problem: ContractionProblem,
  tile: Tile,
  place: ThreadPlace,
  writer: KernelWriter,
  e: Expressions,
  bound: readonly Variable[],
  body: (position: Expression, sum: string) => void,
): void {
  const { text } = writer;
  const rows = rowsOf(e, tile, place);
  const columns = columnsOf(e, tile, place);
  const wholeRows = problem.rows % (tile.rows * tile.lanes[0]) === 0;
  const wholeColumns = problem.columns % (tile.columns * tile.lanes[1]) === 0;
  const names = accumulators(tile);
  for (const [at, row] of rows.entries())
    for (const [across, column] of columns.entries()) {
      const inside = [
        ...(wholeRows ? [] : [`${text.text(row)} < ${problem.rows}`]),
        ...(wholeColumns ? [] : [`${text.text(column)} < ${problem.columns}`]),
      ];
      text.block(inside.length > 0 ? `if (${inside.join(' && ')})` : '', bound, true, () =>
        body(problem.position(place.batch, row, column), names[at]![across]!),
      );
    }
}

/** Stores a thread's sums: as the group's roots, or as partial sums. */
export function finishThread(
  group: KernelGroup,
  problem: ContractionProblem,
  tile: Tile,
  place: ThreadPlace,
  writer: KernelWriter,
  context: ScheduleContext,
  partial: Location | undefined,
): void {
  const { text } = writer;
  const { e } = context;
  const { sum } = problem;
  if (partial) {
    const part = e.add(e.scale(place.slice, tile.lanes[2]), place.lanes[2]);
    eachResult(problem, tile, place, writer, e, [], (position, name) => {
      const index = text.text(e.add(e.scale(part, group.elements), position));
      text.line(`${writer.element(partial, index, 'read_write')} = ${name};`);
    });
    return;
  }
  const position = group.position as Variable;
  eachResult(problem, tile, place, writer, e, [position], (flat, name) => {
    const index = text.text(flat);
    text.line(`let ${position.name} = ${index};`);
    text.bind(sum, sum.type === 'f16' ? `f16(${name})` : name);
    writeRoots(group, writer, context);
  });
}
