// Every schedule, by type. A new one adds its line here.
import { EngineError } from '../../ir/diagnostic.js';
import { cosine, cosineRestarts, cyclic, oneCycle } from './cyclic.js';
import { constant, exponential, inverseSquareRoot, multiStep, polynomial, step } from './decaying.js';
import type { ScheduleDefinition } from './defineSchedule.js';
import { reduceOnPlateau } from './reduceOnPlateau.js';

export const schedules: readonly ScheduleDefinition[] = [
  constant,
  step,
  multiStep,
  exponential,
  cosine,
  cosineRestarts,
  oneCycle,
  cyclic,
  polynomial,
  inverseSquareRoot,
  reduceOnPlateau,
];

const byType = new Map(schedules.map((definition) => [definition.type, definition]));

/** Throws `schedule.unknown`, naming those that exist. */
export function scheduleOf(type: string): ScheduleDefinition {
  const found = byType.get(type);
  if (!found)
    throw new EngineError(
      'schedule.unknown',
      `Schedule '${type}': no such schedule; there are ${[...byType.keys()].join(', ')}`,
    );
  return found;
}
