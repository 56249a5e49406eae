// The end of every kernel: the group's roots at one position, computed from what is known there, then stored.
import type { KernelGroup } from '../kernelGroup.js';
import type { KernelWriter } from '../kernelWriter.js';
import type { ScheduleContext } from './schedule.js';
import { scalarTypeOf } from '../scalarTypes.js';

/**
 * Writes all roots at the group's position, whose text must be bound (or is its variable's name). Everything is computed before
 * anything is stored, because state is overwritten in place.
 */
export function writeRoots(group: KernelGroup, writer: KernelWriter, context: ScheduleContext): void {
  const { text } = writer;
  const { e } = context;
  for (const { value, expression, at, homing } of group.roots) {
    const result = text.text(expression);
    if (!homing) text.bind(e.load(value, scalarTypeOf(value.dtype!)!, at), result);
  }
  for (const { value, expression, at, homing = false, inner } of group.roots) {
    if (inner) continue;
    const { location, guarded } = context.destination(value, homing);
    writer.store(location, text.text(at), expression, guarded);
  }
}
