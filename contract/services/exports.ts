// Exporting trained models: formats with their options, and the export itself, reloaded and checked before it says done.
import { z } from 'zod';
import { defineService, method } from '../service.js';
import type { OptionControl } from './training.js';

export interface ExportFormat {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  /** With the dot. */
  readonly extension: string;
  readonly options: readonly OptionControl[];
  /** Why this run cannot be exported so; null where it can. */
  readonly reason: string | null;
}

export interface ExportOutcome {
  readonly path: string;
  readonly bytes: number;
  /** What was checked after reloading, in sentences with figures. */
  readonly checks: readonly string[];
}

const run = z.string().min(1).max(200);

export const exportsService = defineService('exports', {
  methods: {
    formats: method<readonly ExportFormat[]>()(z.object({ run })),
    export: method<ExportOutcome, { readonly stage: string }>()(
      z.object({
        run,
        format: z.string().max(40),
        options: z.record(z.string(), z.union([z.number(), z.boolean(), z.string(), z.array(z.number())])).default({}),
        /** Left out: in the workspace's folder `exports`, named after the run. */
        path: z.string().max(4000).optional(),
      }),
    ),
  },
  events: {},
});
