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

/** States that a run does not leave by itself. */
export function isEnded(status: RunStatus): boolean {
  return status === 'finished' || status === 'interrupted' || status === 'failed' || status === 'cancelled';
}
