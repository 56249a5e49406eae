// The runs of a workspace: the table, curves, what a trained model does on its data, what its weights look like.
import { z } from 'zod';
import type { PackedCurve } from '../packedCurve.js';
import { defineService, event, method } from '../service.js';
import type { RunSummary } from '../run.js';

export interface RunRecord extends RunSummary {
  readonly notes: string;
  readonly archived: boolean;
}

/** A part of the list of runs. */
export interface RunPage {
  readonly runs: readonly RunRecord[];
  /** Of the whole list. */
  readonly count: RunCount;
}

export interface RunCount {
  readonly all: number;
  readonly archived: number;
}

/** One curve at some resolution; arrays of equal length. Where `min` and `max` differ the stretch holds several points. */
export interface Curve {
  readonly run: string;
  readonly name: string;
  readonly points: number;
  /** The last step, epoch and time of each stretch. */
  readonly steps: Float64Array;
  /** NaN where unknown. */
  readonly epochs: Float64Array;
  /** Milliseconds since the run started. */
  readonly times: Float64Array;
  /** The last value that was logged in each stretch. */
  readonly values: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

export interface ConfusionReport {
  readonly split: string;
  readonly classes: readonly string[];
  /** Row: the true class, column: the predicted one; classes × classes. */
  readonly counts: Int32Array;
  /** Examples for which the model's output is not a number: in no cell. */
  readonly broken: number;
}

/** An input and what a model made of it; numbers in the data's own unit. */
export type Reconstruction =
  /** Channels × height × width; `white` is the value of white, 0 that of black. */
  | {
      readonly kind: 'image';
      readonly shape: readonly number[];
      readonly white: number;
      readonly input: Uint8Array | Float32Array;
      readonly output: Uint8Array | Float32Array;
    }
  | { readonly kind: 'numbers'; readonly input: Float32Array; readonly output: Float32Array }
  | { readonly kind: 'columns'; readonly columns: readonly ReconstructedColumn[] }
  /** Kept for the worst examples alone. */
  | { readonly kind: 'left out' };

export interface ReconstructedColumn {
  readonly name: string;
  /** null where it is missing, or said to be. */
  readonly input: number | string | null;
  readonly output: number | string | null;
  /** Of numbers in deviations, of categories 0 or 1. */
  readonly error: number;
}

export interface PredictedExample {
  readonly example: number;
  /** Class number, the target's number or text; null where the input is reconstructed and `predicted` is how far off that is. */
  readonly actual: number | string | null;
  readonly predicted: number | string;
  /** Of the predicted class; null without classes, NaN where the model's output is not a number and nothing was predicted. */
  readonly confidence: number | null;
  readonly loss: number | null;
  /** The likeliest classes, best first; empty without classes. */
  readonly likeliest: readonly { readonly class: number; readonly probability: number }[];
  /** null where something else than the input is predicted. */
  readonly reconstruction: Reconstruction | null;
}

/** How far predictions or gradients are; `total` is 0 while the data is being read. */
export interface ExaminationProgress {
  readonly stage: 'reading' | 'computing';
  readonly done: number;
  readonly total: number;
}

export interface TensorSummary {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: 'parameter' | 'buffer' | 'optimizer';
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** Numbers that are not finite. */
  readonly broken: number;
}

export interface TensorHistogram {
  readonly name: string;
  /** Steps of the checkpoints, ascending; the edges of the bins are shared. */
  readonly steps: Float64Array;
  readonly edges: Float64Array;
  /** steps × bins. */
  readonly counts: Float64Array;
}

export interface RunDetails extends RunRecord {
  /** spec.json: data, model or imported, training, preprocessing; null where nothing was written yet. */
  readonly specification: unknown;
  readonly request: unknown;
  readonly metricNames: readonly string[];
  readonly classes: readonly string[];
  readonly checkpoints: readonly {
    readonly step: number;
    readonly epoch: number;
    readonly best: boolean;
    readonly bytes: number;
  }[];
  readonly folder: string;
  /** What lies in the folder, checkpoints too, by name. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

const run = z.string().min(1).max(200);
const split = z.enum(['train', 'val', 'test']);

export const runsService = defineService('runs', {
  methods: {
    /** All of them, the newest first, archived ones too. */
    list: method<readonly RunRecord[]>()(z.object({})),
    /** The same list, told in pages: the first can be shown while the others come, and other calls are answered between them. */
    pages: method<null, RunPage>('every')(z.object({})),
    details: method<RunDetails>()(z.object({ run })),
    /** Curves for a picture of `width` columns: about that many stretches each; `unpackCurve` makes a {@link Curve} of one. */
    curves: method<readonly PackedCurve[]>()(
      z.object({
        series: z.array(z.object({ run, name: z.string().max(200) })).max(2000),
        width: z.int().min(2).max(10_000),
        /** Steps, both included. One point beyond each end comes too, so that lines reach the edge of the picture. */
        from: z.number().optional(),
        to: z.number().optional(),
        /** How steps lie along the picture. */
        scale: z.enum(['linear', 'logarithmic']).default('linear'),
      }),
    ),
    metricNames: method<readonly string[]>()(z.object({ runs: z.array(run).max(2000) })),
    rename: method()(z.object({ run, name: z.string().min(1).max(200) })),
    setNotes: method()(z.object({ run, notes: z.string().max(100_000) })),
    setTags: method()(
      z.object({
        runs: z.array(run).max(10_000),
        add: z.array(z.string().max(100)),
        remove: z.array(z.string().max(100)),
      }),
    ),
    archive: method()(z.object({ runs: z.array(run).max(10_000), archived: z.boolean() })),
    /** Can be taken back with `restore` until the workspace is closed. */
    remove: method()(z.object({ runs: z.array(run).max(10_000) })),
    restore: method()(z.object({ runs: z.array(run).max(10_000) })),
    /** From the same predictions as `predictions`. Throws `run.noClasses` where the target has none. */
    confusion: method<ConfusionReport, ExaminationProgress>()(z.object({ run, split })),
    /**
     * Predictions on the examples of a split; computed once for a state of the model and kept. By loss the worst come first, by
     * confidence the surest. `actual`, `predicted`: numbers of classes; `wrong`: only those (without classes it leaves all).
     */
    predictions: method<
      { readonly total: number; readonly step: number; readonly examples: readonly PredictedExample[] },
      ExaminationProgress
    >()(
      z.object({
        run,
        split,
        actual: z.int().optional(),
        predicted: z.int().optional(),
        wrong: z.boolean().default(false),
        order: z.enum(['loss', 'confidence', 'data']).default('loss'),
        from: z.int().min(0).default(0),
        count: z.int().min(1).max(1000).default(100),
      }),
    ),
    tensors: method<readonly TensorSummary[]>()(z.object({ run })),
    /**
     * Of weights at the kept checkpoints; or of gradients of the loss there, on one fixed batch of training examples: these are
     * computed for all tensors when they are first asked for, and kept.
     */
    histogram: method<TensorHistogram, ExaminationProgress>()(
      z.object({
        run,
        tensor: z.string().max(500),
        of: z.enum(['weights', 'gradients']),
        bins: z.int().min(4).max(400).default(60),
      }),
    ),
    /** The console of one run. */
    log: method<
      readonly { readonly time: number; readonly level: 'info' | 'warning' | 'error'; readonly text: string }[]
    >()(z.object({ run })),
    /** What differs between runs: parameters and settings with more than one value. */
    differences: method<{
      readonly rows: readonly {
        readonly name: string;
        readonly values: readonly (string | number | boolean | null)[];
      }[];
    }>()(z.object({ runs: z.array(run).min(2).max(200) })),
    /** Writes a table of runs (`table`) or of every logged point (`metrics`). @returns the file */
    exportCsv: method<{ readonly path: string; readonly rows: number }>()(
      z.object({
        runs: z.array(run).max(10_000),
        content: z.enum(['table', 'metrics']),
        path: z.string().max(4000).optional(),
      }),
    ),
  },
  events: {
    /** Records that came or changed, whole, and the ids of those that went. */
    changed: event<{ readonly runs: readonly RunRecord[]; readonly removed: readonly string[] }>(),
  },
});
