// Exporting trained models: formats with their options, and the export itself, reloaded and checked before it says done.
import { z } from 'zod';
import type { ExportCheck, ExportStep } from '../jobs.js';
import { defineService, method } from '../service.js';
import type { OptionControl } from './training.js';

export interface ExportOption extends Omit<OptionControl, 'kind'> {
  readonly kind: OptionControl['kind'] | 'text';
  /** One sentence; may be empty. */
  readonly description: string;
}

export interface ExportFormat {
  /** `onnx`, `safetensors`, `html`, `pytorch`; `run` is the whole run as a folder. */
  readonly type: string;
  readonly title: string;
  readonly description: string;
  /** More of it, in sentences. */
  readonly details: string;
  /** Of the files, with the dot; the first is the one that is named. None: a folder. */
  readonly endings: readonly string[];
  /** What an export goes through, in order. */
  readonly steps: readonly ExportProgress['step'][];
  readonly options: readonly ExportOption[];
  /** Why this run cannot be exported so; null where it can. */
  readonly reason: string | null;
}

export interface ExportFormats {
  readonly formats: readonly ExportFormat[];
  /** Where exports go when no path is given. */
  readonly folder: string;
  /** A free name in that folder, without its ending, by format: `20261121-digits-k3f9`. */
  readonly names: Readonly<Record<string, string>>;
  /** Whether there is a best checkpoint besides the last. */
  readonly hasBest: boolean;
  /** The state that is exported when none is named. */
  readonly checkpoint: 'best' | 'last';
}

/** `saving`: the files go to the disk. */
export type ExportProgress = ExportStep | { readonly step: 'saving' };

export interface ExportOutcome {
  /** The first is the one that was named. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly checks: readonly ExportCheck[];
}

const run = z.string().min(1).max(200);

export const exportOptionsSchema = z.record(
  z.string().max(60),
  z.union([z.number(), z.boolean(), z.string(), z.array(z.number())]),
);

export const exportsService = defineService('exports', {
  methods: {
    formats: method<ExportFormats>()(z.object({ run })),
    export: method<ExportOutcome, ExportProgress>()(
      z.object({
        run,
        format: z.string().max(40),
        options: exportOptionsSchema.default({}),
        /** Left out: the state that a finished run ended with, the best of an unfinished one. */
        checkpoint: z.enum(['best', 'last']).optional(),
        /** Left out: in the workspace's folder `exports`, named after the run; a name that is taken gets a number. */
        path: z.string().max(4000).optional(),
        /** Whether files that are there already may be replaced; without it `export.exists` is thrown. */
        replace: z.boolean().default(false),
      }),
    ),
    /** Opens a file of this workbench's exports with the program that the system has for it. */
    open: method()(z.object({ path: z.string().min(1).max(4000) })),
  },
  events: {},
});
