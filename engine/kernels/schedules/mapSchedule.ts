// One thread an element or a few; reductions inside are loops of that thread.
import { visitExpressions, type Expression, type Variable } from '../expression.js';
import { operationsOf } from '../expressionCost.js';
import type { KernelTarget } from '../compileOptions.js';
import type { KernelGroup } from '../kernelGroup.js';
import { storageBytes, storageOf } from '../kernelPlan.js';
import { sizeOf } from '../../ir/shape.js';
import type { Value } from '../../ir/graph.js';
import { writeRoots } from './epilogue.js';
import type { KernelWriter } from '../kernelWriter.js';
import type { Schedule, ScheduleContext } from './schedule.js';

const workgroupSize = 64;
/** Longer kernels gain nothing from being repeated. */
const longestRepeated = 200;
/** Threads that keep a GPU busy, and a processor that emulates one. */
const enoughThreads = { gpu: 65_536, software: 2048 };

export const mapSchedule: Schedule = (group, context) => {
  const writer = context.writer();
  const { elements, position } = group;
  const each = elementsPerThread(group, context.target);
  const groups = Math.ceil(elements / (workgroupSize * each));
  const workgroups = dispatchOf(groups, context.target);
  if (position.kind !== 'variable')
    writer.text.block('if (global.x == 0u)', [], true, () => writeRoots(group, writer, context));
  else if (each === 1) writeOne(group, position, workgroups, writer, context);
  else writeSeveral(group, position, each, workgroups, writer, context);
  const { label, nodes } = context;
  return [writer.command({ label, nodes, workgroups, workgroupSize: [workgroupSize, 1, 1], ...trafficOf(group) })];
};

/** Several, where the kernel is short and the threads stay many: a workgroup's threads then do as much with less ado. */
function elementsPerThread({ elements, roots, position }: KernelGroup, { software }: KernelTarget): number {
  if (position.kind !== 'variable' || roots.reduce((sum, { size }) => sum + size, 0) > longestRepeated) return 1;
  if (roots.some(({ expression }) => hasLoop(expression))) return 1;
  const threads = enoughThreads[software ? 'software' : 'gpu'];
  return elements >= 4 * threads ? 4 : elements >= 2 * threads ? 2 : 1;
}

function hasLoop(expression: Expression): boolean {
  let found = false;
  visitExpressions([expression], ({ kind }) => {
    found ||= kind === 'reduce' || kind === 'fold';
    return !found;
  });
  return found;
}

function writeOne(
  group: KernelGroup,
  position: Variable,
  workgroups: readonly [number, number, number],
  writer: KernelWriter,
  context: ScheduleContext,
): void {
  const { text } = writer;
  const first = workgroups[1] === 1 ? 'global.x' : `global.y * ${workgroups[0] * workgroupSize}u + global.x`;
  text.line(`let ${position.name} = i32(${first});`);
  text.block(`if (${position.name} < ${group.elements})`, [position], true, () => writeRoots(group, writer, context));
}

/** Neighbouring threads have neighbouring elements; a workgroup at the end tests each of them. */
function writeSeveral(
  group: KernelGroup,
  position: Variable,
  each: number,
  workgroups: readonly [number, number, number],
  writer: KernelWriter,
  context: ScheduleContext,
): void {
  const { text } = writer;
  const { elements } = group;
  const { name } = position;
  const number = workgroups[1] === 1 ? 'workgroup.x' : `(workgroup.y * ${workgroups[0]}u + workgroup.x)`;
  const span = workgroupSize * each;
  text.line(`let start = i32(${number} * ${span}u + thread);`);
  const all = (): void => {
    for (let at = 0; at < each; at++)
      text.block('', [position], true, () => {
        text.line(`let ${name} = start${at > 0 ? ` + ${at * workgroupSize}` : ''};`);
        writeRoots(group, writer, context);
      });
  };
  if (elements % span === 0 && workgroups[0] * workgroups[1] * span === elements) {
    all();
    return;
  }
  text.block(`if (${number} < ${Math.floor(elements / span)}u)`, [], true, all);
  text.block('else', [], true, () =>
    text.block(`for (var ${name} = start; ${name} < ${elements}; ${name} += ${workgroupSize})`, [position], true, () =>
      writeRoots(group, writer, context),
    ),
  );
}

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
