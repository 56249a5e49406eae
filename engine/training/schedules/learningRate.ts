// The learning rate of a run: a schedule, after an optional linear warm-up.
import type { OptionArguments } from '../options.js';
import type { ScheduleContext, ScheduleState } from './defineSchedule.js';
import { scheduleOf } from './index.js';

/** As JSON says it. */
export interface ScheduleSpec {
  readonly type: string;
  readonly options: OptionArguments;
  /** Rises in a line to the schedule's start; the schedule then runs over the steps that are left. */
  readonly warmup?: WarmupSpec | undefined;
}

export interface WarmupSpec {
  readonly length: number;
  readonly unit: 'steps' | 'epochs';
  /** Share of the rate that the first step has (default 0.01). */
  readonly startFactor?: number;
}

/** The rate of a step (the first is 0), in float64. */
export function learningRateAt(spec: ScheduleSpec, context: Omit<ScheduleContext<unknown>, 'options'>): number {
  const { step, stepsPerEpoch, totalSteps } = context;
  const warmupSteps = spec.warmup ? warmupLength(spec.warmup, stepsPerEpoch) : 0;
  const after = {
    ...context,
    options: spec.options,
    step: Math.max(0, step - warmupSteps),
    totalSteps: Math.max(1, totalSteps - warmupSteps),
  };
  const rate = scheduleOf(spec.type).at(after);
  if (step >= warmupSteps) return rate;
  const start = spec.warmup?.startFactor ?? 0.01;
  return rate * (start + ((1 - start) * step) / warmupSteps);
}

/** What a fresh run's schedule remembers; `undefined` for schedules without a state. */
export function initialScheduleState(spec: ScheduleSpec): ScheduleState | undefined {
  return scheduleOf(spec.type).initialState;
}

/** The state after an epoch whose observed metric is `value`. */
export function observeEpoch(
  spec: ScheduleSpec,
  value: number,
  baseRate: number,
  state: ScheduleState | undefined,
): ScheduleState | undefined {
  const schedule = scheduleOf(spec.type);
  const known = state ?? schedule.initialState;
  return known && schedule.observe({ value, state: known, baseRate, options: spec.options });
}

function warmupLength({ length, unit }: WarmupSpec, stepsPerEpoch: number): number {
  return Math.round(unit === 'epochs' ? length * stepsPerEpoch : length);
}
