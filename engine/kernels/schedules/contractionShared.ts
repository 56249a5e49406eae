// A contraction whose workgroups bring blocks of both factors into their own memory, so that each element is read once per block.
import type { Expression, Variable } from '../expression.js';
import type { KernelGroup } from '../kernelGroup.js';
import type { KernelWriter } from '../kernelWriter.js';
import type { Location } from '../memory.js';
import { threadsOf, type Tile } from '../tiles.js';
import { accumulatorType } from './contractionDirect.js';
import { accumulators, finishThread, placeThread, type ThreadPlace, type WrittenKernel } from './contractionFrame.js';
import type { ContractionProblem } from './contractionProblem.js';
import type { ScheduleContext } from './schedule.js';

/** A block of one factor in workgroup memory: `depth` lines of `length` elements along rows or columns. */
interface Block {
  readonly name: string;
  readonly length: number;
  /** Elements from one line to the next; one more than `length` where neighbouring threads write to different lines. */
  readonly pitch: number;
  readonly alongSum: boolean;
  readonly first: Expression;
  readonly factor: ContractionProblem['rowFactor'];
}

export function writeShared(
  group: KernelGroup,
  problem: ContractionProblem,
  tile: Tile,
  writer: KernelWriter,
  context: ScheduleContext,
  partial: Location | undefined,
): WrittenKernel {
  const { text } = writer;
  const place = placeThread(problem, tile, writer, context);
  const type = accumulatorType(problem.sum.type);
  const names = accumulators(tile);
  for (const row of names) for (const name of row) text.line(`var ${name}: ${type};`);
  const { rowsAlongSum, columnsAlongSum, rowFactor, columnFactor } = problem;
  const left = block('left', tile.rows * tile.lanes[0], rowsAlongSum, place.firstRow, rowFactor);
  const right = block('right', tile.columns * tile.lanes[1], columnsAlongSum, place.firstColumn, columnFactor);
  const round = context.e.variable(roundsOf(problem, tile), 'round');
  const head = `for (var ${round.name}: i32 = 0; ${round.name} <= ${round.max}; ${round.name}++)`;
  text.block(head, [round], false, () => {
    for (const part of [left, right]) fill(part, problem, tile, place, round, writer, context);
    text.line('workgroupBarrier();');
    multiply(left, right, tile, place, names, writer);
    text.line('workgroupBarrier();');
  });
  finishThread(group, problem, tile, place, writer, context, partial);
  const declarations = [left, right].map(
    ({ name, pitch }) => `var<workgroup> ${name}: array<${type}, ${tile.depth * pitch}>;`,
  );
  return { workgroups: place.workgroups, declarations: declarations.join('\n') };
}

function block(
  name: string,
  length: number,
  alongSum: boolean,
  first: Expression,
  factor: ContractionProblem['rowFactor'],
): Block {
  return { name, length, pitch: alongSum ? length + 1 : length, alongSum, first, factor };
}

/** Blocks along the sum that one slice goes through. */
function roundsOf({ terms }: ContractionProblem, { depth, slices }: Tile): number {
  return Math.ceil(Math.ceil(terms / slices) / depth);
}

/** Every thread brings its share of a block; neighbours read what lies together in memory. */
function fill(
  { name, length, pitch, alongSum, first, factor }: Block,
  { variables, terms }: ContractionProblem,
  tile: Tile,
  place: ThreadPlace,
  round: Variable,
  { text }: KernelWriter,
  { e }: ScheduleContext,
): void {
  const threads = threadsOf(tile);
  const { depth } = tile;
  const size = depth * length;
  const perSlice = (round.max + 1) * depth;
  const extents = variables.map(({ max }) => max + 1);
  for (let from = 0; from < size; from += threads) {
    const number = e.add(place.thread, from);
    const [line, at] = alongSum
      ? [e.remainder(number, depth), e.divide(number, depth)]
      : [e.divide(number, length), e.remainder(number, length)];
    const term = e.add(e.scale(place.slice, perSlice), e.scale(round, depth), line);
    const value = factor(e.add(first, at), place.batch, e.unflatten(term, extents));
    const store = (): void => {
      const target = text.text(e.add(e.scale(line, pitch), at));
      const read =
        perSlice * tile.slices === terms
          ? value
          : e.select(e.call('<', [term, e.int(terms)]), value, e.constant(value.type, 0));
      const held = text.text(read);
      text.line(`${name}[${target}] = ${value.type === 'f16' ? `f32(${held})` : held};`);
    };
    if (from + threads <= size) store();
    else text.block(`if (${text.text(number)} < ${size})`, [], true, store);
  }
}

/** Adds the products of the blocks' lines to the thread's sums. */
function multiply(
  left: Block,
  right: Block,
  { rows, columns, lanes, depth }: Tile,
  place: ThreadPlace,
  names: readonly (readonly string[])[],
  { text }: KernelWriter,
): void {
  const row = text.text(place.lanes[0]);
  const column = text.text(place.lanes[1]);
  text.block(`for (var line: i32 = 0; line < ${depth}; line++)`, [], false, () => {
    text.line(`let leftAt = line * ${left.pitch} + ${row} * ${rows};`);
    text.line(`let rightAt = line * ${right.pitch} + ${column};`);
    for (let at = 0; at < rows; at++) text.line(`let a${at} = ${left.name}[leftAt + ${at}];`);
    for (let at = 0; at < columns; at++) text.line(`let b${at} = ${right.name}[rightAt + ${at * lanes[1]}];`);
    for (const [at, line] of names.entries())
      for (const [across, name] of line.entries()) text.line(`${name} += a${at} * b${across};`);
  });
}
