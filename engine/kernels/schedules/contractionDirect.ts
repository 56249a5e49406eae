// A contraction whose threads each compute a small block of the result and read both factors from memory, through its caches.
import type { ScalarType, Variable } from '../expression.js';
import type { KernelGroup } from '../kernelGroup.js';
import type { Storage } from '../kernelPlan.js';
import type { KernelWriter } from '../kernelWriter.js';
import type { Location } from '../memory.js';
import type { Tile } from '../tiles.js';
import {
  accumulators,
  columnsOf,
  finishThread,
  placeThread,
  rowsOf,
  type ThreadPlace,
  type WrittenKernel,
} from './contractionFrame.js';
import type { ContractionProblem } from './contractionProblem.js';
import type { ScheduleContext } from './schedule.js';

export function writeDirect(
  group: KernelGroup,
  problem: ContractionProblem,
  tile: Tile,
  writer: KernelWriter,
  context: ScheduleContext,
  partial: Location | undefined,
): WrittenKernel {
  const { text } = writer;
  const { e } = context;
  const place = placeThread(problem, tile, writer, context);
  const type = accumulatorType(problem.sum.type);
  const names = accumulators(tile);
  for (const row of names) for (const name of row) text.line(`var ${name}: ${type} = ${type}();`);
  const rows = rowsOf(e, tile, place);
  const columns = columnsOf(e, tile, place);
  loops(loopOrder(problem), tile, place, writer, () => {
    const { variables, rowFactor, columnFactor } = problem;
    const left = rows.map((row) => wide(text.text(rowFactor(row, place.batch, variables)), problem));
    const right = columns.map((column) => wide(text.text(columnFactor(column, place.batch, variables)), problem));
    for (const [row, line] of names.entries())
      for (const [column, name] of line.entries()) text.line(`${name} += ${left[row]!} * ${right[column]!};`);
  });
  finishThread(group, problem, tile, place, writer, context, partial);
  return { workgroups: place.workgroups, declarations: '' };
}

/** Sums of float16 are made in float32; booleans have no sums. */
export function accumulatorType(type: ScalarType): Exclude<Storage, 'f16'> {
  return type === 'i32' || type === 'u32' ? type : 'f32';
}

function wide(text: string, { sum }: ContractionProblem): string {
  return sum.type === 'f16' ? `f32(${text})` : text;
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
function loops(
  variables: readonly Variable[],
  { slices, lanes }: Tile,
  place: ThreadPlace,
  writer: KernelWriter,
  body: () => void,
): void {
  const { text } = writer;
  const shared = slices > 1 ? sliced(variables) : undefined;
  const inner = lanes[2] > 1 ? variables.at(-1) : undefined;
  const open = ([first, ...rest]: readonly Variable[]): void => {
    if (!first) {
      body();
      return;
    }
    const extent = first.max + 1;
    let [start, end, step] = ['0', String(extent), '1'];
    if (first === shared) {
      const piece = Math.ceil(extent / slices);
      const slice = text.text(place.slice);
      start = `${slice} * ${piece}`;
      end = extent % slices === 0 ? `${slice} * ${piece} + ${piece}` : `min(${extent}, ${slice} * ${piece} + ${piece})`;
    }
    if (first === inner) {
      start = start === '0' ? text.text(place.lanes[2]) : `${start} + ${text.text(place.lanes[2])}`;
      step = String(lanes[2]);
    }
    const { name } = first;
    const next = step === '1' ? `${name}++` : `${name} += ${step}`;
    text.block(`for (var ${name}: i32 = ${start}; ${name} < ${end}; ${next})`, [first], false, () => open(rest));
  };
  open(variables);
}

/** The variable that slices share: the longest. */
export function sliced(variables: readonly Variable[]): Variable {
  return variables.reduce((longest, variable) => (variable.max > longest.max ? variable : longest));
}
