// What a run is to every process: its states, its record, its metrics.
import { z } from 'zod';
import { faultSchema } from './fault.js';

export const runStatuses = ['queued', 'running', 'paused', 'finished', 'interrupted', 'failed', 'cancelled'] as const;
export const runStatusSchema = z.enum(runStatuses);
export type RunStatus = z.infer<typeof runStatusSchema>;

/** A hyperparameter or a note of how a run was made; flat, so that runs can be compared column by column. */
export const parameterSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Parameter = z.infer<typeof parameterSchema>;

/** `<split>_<metric>`, as `val_loss`, `test_accuracy`; NaN and infinities travel as null. */
export const metricsSchema = z.record(z.string(), z.number().nullable());
export type Metrics = z.infer<typeof metricsSchema>;

export const runSummarySchema = z.object({
  /** Sortable by date and typable: `20261121-digits-k3f9`. */
  run: z.string(),
  name: z.string(),
  status: runStatusSchema,
  data: z.string(),
  model: z.string(),
  backend: z.string(),
  seed: z.number().int(),
  /** ISO 8601, UTC. */
  created: z.string(),
  started: z.string().nullable(),
  ended: z.string().nullable(),
  /** How long it was at work, without pauses and what lies between sittings; versions that did not measure it left it out. */
  work: z
    .object({
      seconds: z.number(),
      /** When the stretch that goes on began; null: none does. */
      since: z.string().nullable(),
    })
    .optional(),
  epoch: z.number(),
  step: z.number(),
  totalSteps: z.number(),
  /** The last known value of each metric. */
  metrics: metricsSchema,
  parameters: z.record(z.string(), parameterSchema),
  tags: z.array(z.string()),
  fault: faultSchema.nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** Seconds at work up to `now`; null before it started and where nobody knows, as of a process that died. */
export function secondsAtWork(
  { work, status, started, ended }: Pick<RunSummary, 'work' | 'status' | 'started' | 'ended'>,
  now = Date.now(),
): number | null {
  if (work) return work.seconds + (work.since === null ? 0 : Math.max(0, now - Date.parse(work.since)) / 1000);
  if (started === null || (ended === null && isEnded(status))) return null;
  return ((ended === null ? now : Date.parse(ended)) - Date.parse(started)) / 1000;
}

/** States that a run does not leave by itself. */
export function isEnded(status: RunStatus): boolean {
  return status === 'finished' || status === 'interrupted' || status === 'failed' || status === 'cancelled';
}
