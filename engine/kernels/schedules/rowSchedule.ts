// Long reductions, alone or along rows whose elements depend on them: softmax, normalisations, sums of columns, losses.
import { extentOf, visitExpressions, type Expression, type ScalarType } from '../expression.js';
import { operationsOf } from '../expressionCost.js';
import type { KernelCommand, Storage } from '../kernelPlan.js';
import { chooseLanes, powerAtLeast, type LaneShape } from './laneShape.js';
import { trafficOf } from './mapSchedule.js';
import type { Location } from '../memory.js';
import { RowKernel } from './rowKernel.js';
import { planRows, type RowPlan } from './rowPlan.js';
import { columnsOf } from './rowSplit.js';
import type { Schedule, ScheduleContext } from './schedule.js';

export const rowSchedule: Schedule = (group, context) => {
  const plan = planRows(group, context.e);
  if (!plan) return undefined;
  const { split, length, acrossRows, stages } = plan;
  const isDivisible = stages !== undefined && stages.length > 0;
  const shape = chooseLanes({ rows: split.rows, length, acrossRows, isDivisible }, context.target);
  const work = { bytes: trafficOf(group).bytes, flops: flopsOf(plan) };
  if (shape.parts > 1) return inStages(plan, shape, context, work);
  const kernel = new RowKernel(plan, shape, context);
  kernel.whole();
  return [kernel.command(context.label, work)];
};

type Work = Pick<KernelCommand, 'flops' | 'bytes'>;

/** Parts of the reductions by kernels of their own, one a stage, then a kernel that combines them and finishes. */
function inStages(plan: RowPlan, shape: LaneShape, context: ScheduleContext, work: Work): KernelCommand[] {
  const { parts } = shape;
  const { rows } = plan.split;
  const stages = plan.stages!;
  const room = (type: ScalarType): Location =>
    context.scratch(storageFor(type), rows * parts, `${context.label}: parts`);
  const scratch = new Map(plan.reduces.map((reduce) => [reduce, room(reduce.type)]));
  const share = { flops: work.flops / (stages.length + 1), bytes: work.bytes / (stages.length + 1) };
  const commands = stages.map((_, number) => {
    const kernel = new RowKernel(plan, shape, context);
    kernel.stage(number, scratch, parts);
    return kernel.command(`${context.label}: stage ${number + 1}`, share);
  });
  const last = plan.columnRoots.length > 0 ? shape : shapeToCombine(rows, parts, context);
  const kernel = new RowKernel(plan, last, context);
  kernel.afterStages(scratch, parts);
  return [...commands, kernel.command(context.label, share)];
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

function flopsOf({ split, reduces, rowRoots, columnRoots }: RowPlan): number {
  const shared = new Set<Expression>(reduces);
  const total = (parts: readonly Expression[]): number =>
    parts.reduce((sum, part) => sum + operationsApart(part, shared), 0);
  const perRow = reduces.reduce(
    (sum, reduce) => sum + extentOf(reduce) * (1 + operationsApart(reduce.body, shared)),
    0,
  );
  const rows = total(rowRoots.map(({ expression }) => expression));
  const columns = total(columnRoots.map(({ expression }) => expression));
  return split.rows * (perRow + rows + columnsOf(split) * columns);
}

/** Operations of an expression, but not of the reductions in it. */
function operationsApart(root: Expression, shared: ReadonlySet<Expression>): number {
  let total = 0;
  visitExpressions([root], (part) => {
    if (shared.has(part)) return false;
    if (part.kind === 'call' && part.type !== 'i32') total++;
    if (part.kind !== 'reduce') return true;
    total += operationsOf(part);
    return false;
  });
  return total;
}
