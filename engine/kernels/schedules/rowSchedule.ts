// Long reductions, alone or along rows whose elements depend on them: softmax, normalisations, sums of columns, losses.
import { visitExpressions, type Expression, type ScalarType } from '../expression.js';
import { operationsOf } from '../expressionCost.js';
import type { KernelCommand, Storage } from '../kernelPlan.js';
import { chooseLanes, powerAtLeast, type LaneShape } from './laneShape.js';
import { trafficOf } from './mapSchedule.js';
import { RowKernel } from './rowKernel.js';
import { planRows, type RowPlan } from './rowPlan.js';
import type { Schedule, ScheduleContext } from './schedule.js';

export const rowSchedule: Schedule = (group, context) => {
  const plan = planRows(group, context.e);
  if (!plan) return undefined;
  const { split, length, acrossRows, divisible } = plan;
  const shape = chooseLanes({ rows: split.rows, length, acrossRows, divisible }, context.target);
  const work = { bytes: trafficOf(group).bytes, flops: flopsOf(plan) };
  if (shape.parts > 1) return inParts(plan, shape, context, work);
  const kernel = new RowKernel(plan, shape, context);
  kernel.whole();
  return [kernel.command(context.label, work)];
};

/** Partial results first, then a kernel that combines them. */
function inParts(
  plan: RowPlan,
  shape: LaneShape,
  context: ScheduleContext,
  work: { readonly flops: number; readonly bytes: number },
): KernelCommand[] {
  const { parts } = shape;
  const { rows } = plan.split;
  const scratch = plan.reduces.map(({ type }) =>
    context.scratch(storageFor(type), rows * parts, `${context.label}: parts`),
  );
  const first = new RowKernel(plan, shape, context);
  first.partials(scratch);
  const second = new RowKernel(plan, shapeToCombine(rows, parts, context), context);
  second.fromPartials(scratch, parts);
  return [
    first.command(`${context.label}: parts`, work),
    second.command(context.label, {
      flops: rows * parts * plan.reduces.length,
      bytes: 4 * rows * parts * plan.reduces.length,
    }),
  ];
}

function shapeToCombine(rows: number, parts: number, { target }: ScheduleContext): LaneShape {
  if (target.software || rows >= 4096)
    return { rows: Math.min(64, powerAtLeast(rows)), lanes: 1, parts: 1, acrossRows: true };
  const lanes = Math.min(64, powerAtLeast(Math.ceil(parts / 4)));
  const together = Math.min(powerAtLeast(rows), Math.max(1, Math.floor(256 / lanes)), 32);
  return { rows: together, lanes, parts: 1, acrossRows: true };
}

/** bool lies in memory as u32. */
function storageFor(type: ScalarType): Storage {
  return type === 'bool' ? 'u32' : type;
}

function flopsOf(plan: RowPlan): number {
  const { split, reduces, rowRoots, columnRoots } = plan;
  const shared = new Set<Expression>(reduces);
  const apart = (expression: Expression): number => {
    let total = 0;
    visitExpressions([expression], (part) => {
      if (part !== expression && shared.has(part)) return false;
      if (part.kind === 'call' && part.type !== 'i32') total++;
      return true;
    });
    return total;
  };
  const columns = split.inner * split.outer;
  const perRow = reduces.reduce((sum, reduce) => sum + operationsOf(reduce), 0) + rowRoots.length;
  return split.rows * (perRow + columns * columnRoots.reduce((sum, { expression }) => sum + apart(expression), 0));
}
