// One thread an element; reductions inside are loops of that thread.
import { visitExpressions, type Expression } from '../expression.js';
import { operationsOf } from '../expressionCost.js';
import type { KernelTarget } from '../compileOptions.js';
import type { KernelGroup } from '../kernelGroup.js';
import { storageBytes, storageOf } from '../kernelPlan.js';
import { sizeOf } from '../../ir/shape.js';
import type { Value } from '../../ir/graph.js';
import { writeRoots } from './epilogue.js';
import type { Schedule } from './schedule.js';

const workgroupSize = 64;

export const mapSchedule: Schedule = (group, context) => {
  const writer = context.writer();
  const { text } = writer;
  const { elements, position } = group;
  const groups = Math.ceil(elements / workgroupSize);
  const workgroups = dispatchOf(groups, context.target);
  const first = workgroups[1] === 1 ? 'global.x' : `global.y * ${workgroups[0] * workgroupSize}u + global.x`;
  const name = text.text(position);
  const threads = position.kind === 'variable' ? elements : 1;
  if (position.kind === 'variable') text.line(`let ${name} = i32(${first});`);
  const head = position.kind === 'variable' ? `if (${name} < ${threads})` : 'if (global.x == 0u)';
  const bound = position.kind === 'variable' ? [position] : [];
  text.block(head, bound, true, () => writeRoots(group, writer, context));
  const { label, nodes } = context;
  return [writer.command({ label, nodes, workgroups, workgroupSize: [workgroupSize, 1, 1], ...trafficOf(group) })];
};

/** Workgroups in x and y, since neither may pass the device's limit. */
export function dispatchOf(groups: number, { limits }: KernelTarget): [number, number, number] {
  const most = limits.maxComputeWorkgroupsPerDimension;
  if (groups <= most) return [groups, 1, 1];
  const rows = Math.ceil(groups / most);
  return [Math.ceil(groups / rows), rows, 1];
}

/** Arithmetic and least traffic of a group, for profiles. */
export function trafficOf({ roots, elements }: KernelGroup): { flops: number; bytes: number } {
  const touched = new Set<Value>();
  const expressions: Expression[] = [];
  const inside = new Set<Value>();
  for (const { value, expression, inner } of roots) {
    if (inner) inside.add(value);
    else touched.add(value);
    expressions.push(expression);
  }
  visitExpressions(expressions, (part) => {
    if (part.kind === 'load' && !inside.has(part.source)) touched.add(part.source);
  });
  const bytes = [...touched].reduce((sum, value) => sum + bytesOf(value), 0);
  return { flops: elements * expressions.reduce((sum, expression) => sum + operationsOf(expression), 0), bytes };
}

function bytesOf({ shape, dtype }: Value): number {
  return sizeOf(shape as readonly number[]) * storageBytes(storageOf(dtype!)!);
}
