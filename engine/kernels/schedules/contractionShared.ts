// Contractions whose workgroups bring blocks of the factors into their own memory, so that each element is read once per block.
import type { Expression } from '../expression.js';
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

/**
 * A block of one factor in workgroup memory: `depth` lines of `length` elements along rows or columns, in vectors of `vector`
 * elements that a thread writes and reads at once.
 */
interface Block {
  readonly name: string;
  readonly type: string;
  readonly vector: 1 | 4;
  /** Vectors in a line. */
  readonly length: number;
  /** Vectors from one line to the next; one more than `length` where neighbouring threads write to different lines. */
  readonly pitch: number;
  readonly alongSum: boolean;
  readonly first: Expression;
  readonly factor: Factor;
}

/** Writes the kernel's statements; answers its declarations. */
export function writeShared(frame: ContractionFrame): string {
  const { problem, tile, writer, context } = frame;
  const { text } = writer;
  const { e } = context;
  declareAccumulators(frame);
  const pairs = blocksOf(frame);
  const blocks = pairs.flat();
  const rounds = roundsOf(problem, tile);
  const round = e.variable(rounds, 'round');
  // While the products of one round are made, the next one's elements are on their way into registers.
  for (const block of blocks) fetch(frame, block, e.int(0), true);
  const head = `for (var ${round.name}: i32 = 0; ${round.name} < ${rounds}; ${round.name}++)`;
  text.block(head, [round], false, () => {
    for (const block of blocks) fill(frame, block);
    text.line('workgroupBarrier();');
    if (rounds > 1)
      text.block(`if (${round.name} < ${rounds - 1})`, [], true, () => {
        for (const block of blocks) fetch(frame, block, e.add(round, 1), false);
      });
    text.block(`for (var line: i32 = 0; line < ${tile.depth}; line++)`, [], false, () => {
      pairs.forEach(([left, right], at) => multiply(frame, left, right, at));
    });
    text.line('workgroupBarrier();');
  });
  finishThread(frame);
  return blocks
    .map((block) => `var<workgroup> ${block.name}: array<${typeOf(block)}, ${tile.depth * block.pitch}>;`)
    .join('\n');
}

function typeOf({ type, vector }: Block): string {
  return vector === 4 ? `vec4<${type}>` : type;
}

/** A block of rows and one of columns for each sum. */
function blocksOf({ problem, tile, place }: ContractionFrame): (readonly [Block, Block])[] {
  const { rowsAlongSum, columnsAlongSum } = problem;
  return problem.sums.map(({ sum, rowFactor, columnFactor }, at) => {
    const block = (
      name: string,
      elements: number,
      each: number,
      alongSum: boolean,
      first: Expression,
      factor: Factor,
    ): Block => {
      const vector = each % 4 === 0 ? 4 : 1;
      const length = elements / vector;
      const pitch = alongSum ? length + 1 : length;
      return { name: `${name}${at}`, type: accumulatorType(sum.type), vector, length, pitch, alongSum, first, factor };
    };
    return [
      block('left', heightOf(tile), tile.rows, rowsAlongSum, place.firstRow, rowFactor),
      block('right', widthOf(tile), tile.columns, columnsAlongSum, place.firstColumn, columnFactor),
    ] as const;
  });
}

/** Blocks along the sum that one slice goes through. */
function roundsOf({ terms }: ContractionProblem, { depth, slices }: Tile): number {
  return Math.ceil(Math.ceil(terms / slices) / depth);
}

/** Calls `body` for each of the vectors of a block that a thread brings, with its number, line and place in the line. */
function eachShare(
  { tile, place, writer, context }: ContractionFrame,
  { length, alongSum }: Block,
  body: (number: number, line: Expression, at: Expression) => void,
): void {
  const { e } = context;
  const { text } = writer;
  const threads = threadsOf(tile);
  const size = tile.depth * length;
  for (let from = 0; from < size; from += threads) {
    const share = e.add(place.thread, from);
    // Neighbouring threads read what lies together in memory.
    const [line, at] = alongSum
      ? [e.remainder(share, tile.depth), e.divide(share, tile.depth)]
      : [e.divide(share, length), e.remainder(share, length)];
    const call = (): void => body(from / threads, line, at);
    if (from + threads <= size) call();
    else text.block(`if (${text.text(share)} < ${size})`, [], true, call);
  }
}

/** Reads a thread's share of a round's block into variables; declares them first, if they are not yet. */
function fetch(frame: ContractionFrame, block: Block, round: Expression, declare: boolean): void {
  const { problem, tile, place, writer, context } = frame;
  const { e } = context;
  const { text } = writer;
  const { first, factor, vector } = block;
  const perSlice = roundsOf(problem, tile) * tile.depth;
  const extents = problem.variables.map(({ max }) => max + 1);
  const shares = Math.ceil((tile.depth * block.length) / threadsOf(tile));
  if (declare) for (let at = 0; at < shares; at++) text.line(`var ${heldName(block, at)}: ${typeOf(block)};`);
  eachShare(frame, block, (number, line, at) => {
    const term = e.add(e.scale(place.slice, perSlice), e.scale(round, tile.depth), line);
    const summed = e.unflatten(term, extents);
    const elements = Array.from({ length: vector }, (_, part) => {
      const value = factor(e.add(first, e.scale(at, vector), part), place.batch, summed);
      const whole = perSlice * tile.slices === problem.terms;
      const inside = e.call('<', [term, e.int(problem.terms)]);
      const read = whole ? value : e.select(inside, value, e.constant(value.type, 0));
      return widened(text.text(read), value.type);
    });
    text.line(`${heldName(block, number)} = ${typeOf(block)}(${elements.join(', ')});`);
  });
}

function heldName({ name }: Block, share: number): string {
  return `${name}Held${share}`;
}

/** Writes what was fetched to workgroup memory. */
function fill(frame: ContractionFrame, block: Block): void {
  const { e } = frame.context;
  const { text } = frame.writer;
  eachShare(frame, block, (number, line, at) => {
    const target = text.text(e.add(e.scale(line, block.pitch), at));
    text.line(`${block.name}[${target}] = ${heldName(block, number)};`);
  });
}

/** Adds the products of a line of both blocks to the thread's sums. */
function multiply({ tile, place, writer }: ContractionFrame, left: Block, right: Block, sum: number): void {
  const { text } = writer;
  const { rows, columns, lanes } = tile;
  const leftAt = `line * ${left.pitch} + ${text.text(place.lanes[0])} * ${rows / left.vector}`;
  const rightAt = `line * ${right.pitch} + ${text.text(place.lanes[1])}`;
  const a = vectors(left, `a${sum}`, rows, (at) => `${leftAt} + ${at}`);
  const b = vectors(right, `b${sum}`, columns, (at) => `${rightAt} + ${at * lanes[1]}`);
  for (const { line } of [...a, ...b]) text.line(line);
  const leftElements = a.flatMap(({ elements }) => elements);
  const rightElements = b.flatMap(({ elements }) => elements);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      text.line(`${accumulator(sum, row, column)} += ${leftElements[row]!} * ${rightElements[column]!};`);
}

interface ReadVector {
  readonly line: string;
  /** The texts of its elements. */
  readonly elements: readonly string[];
}

/** Statements that read `count` elements of a line. */
function vectors({ name, vector }: Block, prefix: string, count: number, index: (at: number) => string): ReadVector[] {
  return Array.from({ length: count / vector }, (_, at) => {
    const held = `${prefix}_${at}`;
    return {
      line: `let ${held} = ${name}[${index(at)}];`,
      elements: vector === 1 ? [held] : ['x', 'y', 'z', 'w'].map((part) => `${held}.${part}`),
    };
  });
}
