// Matrix products and convolutions: blocks of the result for each thread, cut as measurements or rules of thumb say.
import type { KernelGroup } from '../kernelGroup.js';
import type { KernelCommand } from '../kernelPlan.js';
import type { Location } from '../memory.js';
import { parseTile, partsOf, printTile, threadsOf, type Tile } from '../tiles.js';
import { accumulatorType, writeDirect } from './contractionDirect.js';
import { addPartials } from './contractionPartials.js';
import { contractionProblem, type ContractionProblem } from './contractionProblem.js';
import { writeShared } from './contractionShared.js';
import { contractionKey, tilesFor } from './contractionTiles.js';
import { trafficOf } from './mapSchedule.js';
import type { Schedule, ScheduleContext } from './schedule.js';

export const contractionSchedule: Schedule = (group, context) => {
  if (group.position.kind !== 'variable') return undefined;
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
  const parts = partsOf(tile);
  const partial = parts > 1 ? scratchFor(group, problem, parts, context) : undefined;
  const writer = context.writer();
  const write = tile.kind === 'shared' ? writeShared : writeDirect;
  const { workgroups, declarations } = write(group, problem, tile, writer, context, partial);
  const command = writer.command({
    label: context.label,
    nodes: context.nodes,
    workgroups,
    workgroupSize: [threadsOf(tile), 1, 1],
    declarations,
    ...trafficOf(group),
  });
  return partial ? [command, addPartials(group, problem, parts, partial, context)] : [command];
}

function scratchFor(
  { elements }: KernelGroup,
  { sum }: ContractionProblem,
  parts: number,
  context: ScheduleContext,
): Location {
  return context.scratch(accumulatorType(sum.type), elements * parts, `parts of ${context.label}`);
}
