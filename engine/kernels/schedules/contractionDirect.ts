// Contractions whose threads each compute a small block of the result and read the factors from memory, through its caches.
import { visitExpressions, type Expression, type Variable } from '../expression.js';
import type { ShaderText } from '../shaderText.js';
import { threadsOf } from '../tiles.js';
import {
  accumulator,
  accumulatorType,
  columnsOf,
  declareAccumulators,
  finishResult,
  finishThread,
  heightOf,
  rowsOf,
  widened,
  widthOf,
  type ContractionFrame,
} from './contractionFrame.js';
import type { ContractionProblem } from './contractionProblem.js';

/** Writes the kernel's statements; answers its declarations. */
export function writeDirect(frame: ContractionFrame): string {
  const { problem, tile, place, writer } = frame;
  const { text } = writer;
  declareAccumulators(frame);
  const rows = rowsOf(frame);
  const columns = columnsOf(frame);
  loops(frame, () => {
    const { sums, variables } = problem;
    const read = (factor: Expression): string => {
      placeLoads(factor, text);
      return widened(text.text(factor), factor.type);
    };
    for (const [at, { rowFactor, columnFactor }] of sums.entries()) {
      const left = rows.map((row) => read(rowFactor(row, place.batch, variables)));
      const right = columns.map((column) => read(columnFactor(column, place.batch, variables)));
      for (const [row, a] of left.entries())
        for (const [column, b] of right.entries()) text.line(`${accumulator(at, row, column)} += ${a} * ${b};`);
    }
  });
  if (tile.lanes[2] > 1) return pool(frame);
  finishThread(frame);
  return '';
}

/** Computes where a factor loads ahead of the branches that its loads lie in, so that loops need not do it over and over. */
function placeLoads(factor: Expression, text: ShaderText): void {
  visitExpressions([factor], (part) => {
    if (part.kind === 'load' && !readsMemory(part.index)) text.text(part.index);
  });
}

function readsMemory(index: Expression): boolean {
  let reads = false;
  visitExpressions([index], ({ kind }) => {
    reads ||= kind === 'load' || kind === 'reduce' || kind === 'fold';
    return !reads;
  });
  return reads;
}

/**
 * Variables that conditions ask for (is the window's place in the padding?) go outside, so that loops over the others, channels
 * for one, are left with loads and products.
 */
function loopOrder({ variables, conditions }: ContractionProblem): readonly Variable[] {
  const plain = variables.filter((variable) => !conditions.has(variable));
  return [...variables.filter((variable) => conditions.has(variable)), ...plain];
}

/** Loops over the summed variables; slices share the longest one in pieces, lanes the last one by turns. */
function loops({ problem, tile, place, writer: { text } }: ContractionFrame, body: () => void): void {
  const { slices, lanes } = tile;
  const variables = loopOrder(problem);
  const shared = slices > 1 ? longest(variables) : undefined;
  const inner = lanes[2] > 1 ? lastLong(variables, lanes[2]) : undefined;
  const open = ([first, ...rest]: readonly Variable[]): void => {
    if (!first) {
      body();
      return;
    }
    const { name } = first;
    const extent = first.max + 1;
    const piece = first === shared ? Math.ceil(extent / slices) : extent;
    const start = first === shared ? `${text.text(place.slice)} * ${piece}` : '0';
    const end = first !== shared ? String(extent) : `min(${extent}, ${start} + ${piece})`;
    const [lane, step] = first === inner ? [` + ${text.text(place.lanes[2])}`, lanes[2]] : ['', 1];
    text.block(`for (var ${name}: i32 = ${start}${lane}; ${name} < ${end}; ${name} += ${step})`, [first], false, () =>
      open(rest),
    );
  };
  open(variables);
}

/** The variable that slices share. */
export function longest(variables: readonly Variable[]): Variable {
  return variables.reduce((found, variable) => (variable.max > found.max ? variable : found));
}

/** The innermost variable that gives all lanes something to do, else the longest. */
function lastLong(variables: readonly Variable[], lanes: number): Variable {
  return variables.findLast(({ max }) => max + 1 >= lanes) ?? longest(variables);
}

/** Lanes along the sum leave their sums in workgroup memory; then all threads add up results, in a fixed order, and finish them. */
function pool(frame: ContractionFrame): string {
  const { problem, tile, place, writer, context } = frame;
  const { text } = writer;
  const { e } = context;
  const width = widthOf(tile);
  const size = heightOf(tile) * width;
  const lanes = tile.lanes[2];
  problem.sums.forEach((_, at) => {
    for (let row = 0; row < tile.rows; row++)
      for (let column = 0; column < tile.columns; column++) {
        const down = e.add(e.scale(place.lanes[0], tile.rows), row);
        const across = e.add(place.lanes[1], column * tile.lanes[1]);
        const index = e.add(e.scale(place.lanes[2], size), e.scale(down, width), across);
        text.line(`pool${at}[${text.text(index)}] = ${accumulator(at, row, column)};`);
      }
  });
  text.line('workgroupBarrier();');
  const threads = threadsOf(tile);
  for (let from = 0; from < size; from += threads) {
    const number = e.add(place.thread, from);
    const finish = (): void => {
      const name = text.text(number);
      const totals = problem.sums.map((_, at) => {
        const terms = Array.from({ length: lanes }, (_, lane) => `pool${at}[${name} + ${lane * size}]`);
        text.line(`let total${at}_${from} = ${terms.join(' + ')};`);
        return `total${at}_${from}`;
      });
      const row = e.add(place.firstRow, e.divide(number, width));
      const column = e.add(place.firstColumn, e.remainder(number, width));
      finishResult(frame, row, column, totals);
    };
    if (from + threads <= size) finish();
    else text.block(`if (${text.text(number)} < ${size})`, [], true, finish);
  }
  return problem.sums
    .map(({ sum }, at) => `var<workgroup> pool${at}: array<${accumulatorType(sum.type)}, ${lanes * size}>;`)
    .join('\n');
}
