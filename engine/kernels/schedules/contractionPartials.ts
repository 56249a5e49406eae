// The second kernel of a contraction in slices: adds the partial sums of each result, always in the same order, and finishes the group.
import type { KernelGroup } from '../kernelGroup.js';
import type { KernelCommand } from '../kernelPlan.js';
import type { Location } from '../memory.js';
import { accumulatorType, bindSums } from './contractionFrame.js';
import type { ContractionProblem } from './contractionProblem.js';
import { writeRoots } from './epilogue.js';
import { dispatchOf } from './mapSchedule.js';
import type { ScheduleContext } from './schedule.js';

const workgroupSize = 64;

export function addPartials(
  group: KernelGroup,
  problem: ContractionProblem,
  slices: number,
  partial: Location,
  context: ScheduleContext,
): KernelCommand {
  const writer = context.writer();
  const { text } = writer;
  const { elements, position } = group;
  const workgroups = dispatchOf(Math.ceil(elements / workgroupSize), context.target);
  const first = workgroups[1] === 1 ? 'global.x' : `global.y * ${workgroups[0] * workgroupSize}u + global.x`;
  const name = text.text(position);
  text.line(`let ${name} = i32(${first});`);
  text.block(`if (${name} < ${elements})`, position.kind === 'variable' ? [position] : [], true, () => {
    const totals = problem.sums.map(({ sum }, at) => {
      const part = writer.element(partial, `(slice * ${problem.sums.length} + ${at}) * ${elements} + ${name}`);
      text.line(`var total${at} = ${accumulatorType(sum.type)}();`);
      text.line(`for (var slice: i32 = 0; slice < ${slices}; slice++) { total${at} += ${part}; }`);
      return `total${at}`;
    });
    bindSums(problem, totals, writer);
    writeRoots(group, writer, context);
  });
  const results = elements * problem.sums.length;
  return writer.command({
    label: `${context.label}: add slices`,
    nodes: context.nodes,
    workgroups,
    workgroupSize: [workgroupSize, 1, 1],
    flops: results * slices,
    bytes: results * (slices + 1) * 4,
  });
}
