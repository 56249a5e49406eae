// The schedules, tried in order; the last one computes anything.
import type { KernelGroup } from '../kernelGroup.js';
import type { KernelCommand } from '../kernelPlan.js';
import { mapSchedule } from './mapSchedule.js';
import { contractionSchedule } from './contractionSchedule.js';
import { rowSchedule } from './rowSchedule.js';
import type { Schedule, ScheduleContext } from './schedule.js';

const schedules: readonly Schedule[] = [contractionSchedule, rowSchedule];

export function scheduleGroup(group: KernelGroup, context: ScheduleContext): readonly KernelCommand[] {
  for (const schedule of schedules) {
    const commands = schedule(group, context);
    if (commands) return commands;
  }
  return mapSchedule(group, context)!;
}
