// Contractions whose workgroups bring blocks of the factors into their own memory, so that each element is read once per block.
import type { Expression, Variable } from '../expression.js';
import { threadsOf, type Tile } from '../tiles.js';
import {
  accumulator,
  accumulatorType,
  declareAccumulators,
  finishThread,
  heightOf,
  widened,
  widthOf,
  type ContractionFrame,
} from './contractionFrame.js';
import type { ContractionProblem, Factor } from './contractionProblem.js';

/** A block of one factor in workgroup memory: `depth` lines of `length` elements along rows or columns. */
interface Block {
  readonly name: string;
  readonly type: string;
  readonly length: number;
  /** Elements from one line to the next; one more than `length` where neighbouring threads write to different lines. */
  readonly pitch: number;
  readonly alongSum: boolean;
  readonly first: Expression;
  readonly factor: Factor;
}

/** Writes the kernel's statements; answers its declarations. */
export function writeShared(frame: ContractionFrame): string {
  const { problem, tile, writer, context } = frame;
  const { text } = writer;
  declareAccumulators(frame);
  const blocks = blocksOf(frame);
  const round = context.e.variable(roundsOf(problem, tile), 'round');
  const head = `for (var ${round.name}: i32 = 0; ${round.name} <= ${round.max}; ${round.name}++)`;
  text.block(head, [round], false, () => {
    for (const pair of blocks) for (const block of pair) fill(frame, block, round);
    text.line('workgroupBarrier();');
    text.block(`for (var line: i32 = 0; line < ${tile.depth}; line++)`, [], false, () => {
      blocks.forEach(([left, right], at) => multiply(frame, left, right, at));
    });
    text.line('workgroupBarrier();');
  });
  finishThread(frame);
  return blocks
    .flat()
    .map(({ name, type, pitch }) => `var<workgroup> ${name}: array<${type}, ${tile.depth * pitch}>;`)
    .join('\n');
}

/** A block of rows and one of columns for each sum. */
function blocksOf({ problem, tile, place }: ContractionFrame): (readonly [Block, Block])[] {
  const { rowsAlongSum, columnsAlongSum } = problem;
  return problem.sums.map(({ sum, rowFactor, columnFactor }, at) => {
    const block = (name: string, length: number, alongSum: boolean, first: Expression, factor: Factor): Block => ({
      name: `${name}${at}`,
      type: accumulatorType(sum.type),
      length,
      pitch: alongSum ? length + 1 : length,
      alongSum,
      first,
      factor,
    });
    return [
      block('left', heightOf(tile), rowsAlongSum, place.firstRow, rowFactor),
      block('right', widthOf(tile), columnsAlongSum, place.firstColumn, columnFactor),
    ] as const;
  });
}

/** Blocks along the sum that one slice goes through. */
function roundsOf({ terms }: ContractionProblem, { depth, slices }: Tile): number {
  return Math.ceil(Math.ceil(terms / slices) / depth);
}

/** Every thread brings its share of a block; neighbours read what lies together in memory. */
function fill({ problem, tile, place, writer, context }: ContractionFrame, block: Block, round: Variable): void {
  const { e } = context;
  const { text } = writer;
  const { name, length, pitch, alongSum, first, factor } = block;
  const { depth, slices } = tile;
  const threads = threadsOf(tile);
  const size = depth * length;
  const perSlice = (round.max + 1) * depth;
  const extents = problem.variables.map(({ max }) => max + 1);
  for (let from = 0; from < size; from += threads) {
    const number = e.add(place.thread, from);
    const [line, at] = alongSum
      ? [e.remainder(number, depth), e.divide(number, depth)]
      : [e.divide(number, length), e.remainder(number, length)];
    const term = e.add(e.scale(place.slice, perSlice), e.scale(round, depth), line);
    const value = factor(e.add(first, at), place.batch, e.unflatten(term, extents));
    const whole = perSlice * slices === problem.terms;
    const read = whole ? value : e.select(e.call('<', [term, e.int(problem.terms)]), value, e.constant(value.type, 0));
    const store = (): void => {
      const target = text.text(e.add(e.scale(line, pitch), at));
      text.line(`${name}[${target}] = ${widened(text.text(read), value.type)};`);
    };
    if (from + threads <= size) store();
    else text.block(`if (${text.text(number)} < ${size})`, [], true, store);
  }
}

/** Adds the products of a line of both blocks to the thread's sums. */
function multiply({ tile, place, writer }: ContractionFrame, left: Block, right: Block, sum: number): void {
  const { text } = writer;
  const { rows, columns, lanes } = tile;
  const name = (side: string, at: number): string => `${side}${sum}_${at}`;
  text.line(`let leftAt${sum} = line * ${left.pitch} + ${text.text(place.lanes[0])} * ${rows};`);
  text.line(`let rightAt${sum} = line * ${right.pitch} + ${text.text(place.lanes[1])};`);
  for (let at = 0; at < rows; at++) text.line(`let ${name('a', at)} = ${left.name}[leftAt${sum} + ${at}];`);
  for (let at = 0; at < columns; at++)
    text.line(`let ${name('b', at)} = ${right.name}[rightAt${sum} + ${at * lanes[1]}];`);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      text.line(`${accumulator(sum, row, column)} += ${name('a', row)} * ${name('b', column)};`);
}
