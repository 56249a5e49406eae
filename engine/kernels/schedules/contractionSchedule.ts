// Matrix products and convolutions: blocks of the result for each thread, cut as measurements or rules of thumb say.
import type { KernelGroup } from '../kernelGroup.js';
import type { KernelCommand } from '../kernelPlan.js';
import { parseTile, printTile, threadsOf, type Tile } from '../tiles.js';
import { writeDirect } from './contractionDirect.js';
import { accumulatorType, placeThread } from './contractionFrame.js';
import { addPartials } from './contractionPartials.js';
import { contractionProblem, type ContractionProblem } from './contractionProblem.js';
import { writeShared } from './contractionShared.js';
import { contractionKey, tilesFor } from './contractionTiles.js';
import { trafficOf } from './mapSchedule.js';
import type { Schedule, ScheduleContext } from './schedule.js';

export const contractionSchedule: Schedule = (group, context) => {
  const problem = contractionProblem(group, context.definitions);
  if (!problem) return undefined;
  const key = contractionKey(group, problem);
  const candidates = tilesFor(problem, context.target);
  const known = context.tiles[key];
  const tile = (known !== undefined ? parseTile(known) : undefined) ?? candidates[0]!;
  const tuning = { key, candidates: candidates.map(printTile) };
  return computeTiled(group, problem, tile, context).map((command) => ({ ...command, tuning }));
};

function computeTiled(
  group: KernelGroup,
  problem: ContractionProblem,
  tile: Tile,
  context: ScheduleContext,
): KernelCommand[] {
  const { slices } = tile;
  const type = accumulatorType(problem.sums[0]!.sum.type);
  const size = group.elements * problem.sums.length * slices;
  const partial = slices > 1 ? context.scratch(type, size, `slices of ${context.label}`) : undefined;
  const writer = context.writer();
  const place = placeThread(problem, tile, writer, context);
  const write = tile.kind === 'shared' ? writeShared : writeDirect;
  const declarations = write({ group, problem, tile, writer, context, place, partial });
  const command = writer.command({
    label: context.label,
    nodes: context.nodes,
    workgroups: place.workgroups,
    workgroupSize: [threadsOf(tile), 1, 1],
    declarations,
    bytes: trafficOf(group).bytes,
    flops: flopsOf(group, problem),
  });
  return partial ? [command, addPartials(group, problem, slices, partial, context)] : [command];
}

/** Products and additions, and what finishes the results. */
function flopsOf(
  { elements }: KernelGroup,
  { batches, rows, columns, terms, sums, finishing }: ContractionProblem,
): number {
  return 2 * batches * rows * columns * terms * sums.length + elements * finishing;
}
