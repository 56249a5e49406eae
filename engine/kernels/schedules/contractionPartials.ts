// The second kernel of a contraction in parts: adds the partial sums of each result, always in the same order, and finishes the group.
import type { KernelGroup } from '../kernelGroup.js';
import type { KernelCommand } from '../kernelPlan.js';
import type { Location } from '../memory.js';
import type { ContractionProblem } from './contractionProblem.js';
import { accumulatorType } from './contractionDirect.js';
import { writeRoots } from './epilogue.js';
import { dispatchOf } from './mapSchedule.js';
import type { ScheduleContext } from './schedule.js';

const workgroupSize = 64;

export function addPartials(
  group: KernelGroup,
  { sum }: ContractionProblem,
  parts: number,
  partial: Location,
  context: ScheduleContext,
): KernelCommand {
  const writer = context.writer();
  const { text } = writer;
  const { elements, position } = group;
  if (position.kind !== 'variable') throw new Error('a contraction has more than one result');
  const workgroups = dispatchOf(Math.ceil(elements / workgroupSize), context.target);
  const first = workgroups[1] === 1 ? 'global.x' : `global.y * ${workgroups[0] * workgroupSize}u + global.x`;
  const { name } = position;
  text.line(`let ${name} = i32(${first});`);
  text.block(`if (${name} < ${elements})`, [position], true, () => {
    text.line(`var total = ${accumulatorType(sum.type)}();`);
    const part = writer.element(partial, `part * ${elements} + ${name}`);
    text.line(`for (var part: i32 = 0; part < ${parts}; part++) { total += ${part}; }`);
    text.bind(sum, sum.type === 'f16' ? 'f16(total)' : 'total');
    writeRoots(group, writer, context);
  });
  return writer.command({
    label: `${context.label}: add parts`,
    nodes: context.nodes,
    workgroups,
    workgroupSize: [workgroupSize, 1, 1],
    flops: elements * parts,
    bytes: elements * (parts + 1) * 4,
  });
}
