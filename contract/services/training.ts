// Training as a window steers it: what can be chosen, what it will cost, the queue, and what happens while it runs.
import { z } from 'zod';
import type { Fault } from '../fault.js';
import { defineService, event, method } from '../service.js';
import { trainRequestSchema, type TrainEvent } from '../training.js';

/** A control of a form: engine/training/options.ts as data. */
export interface OptionControl {
  readonly name: string;
  readonly title: string;
  readonly kind: 'number' | 'integer' | 'flag' | 'choice' | 'numbers';
  /** The default; null where leaving it out means something. */
  readonly fallback: number | boolean | string | readonly number[] | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly above: number | null;
  readonly below: number | null;
  readonly unit: string | null;
  readonly choices: readonly string[];
}

/** A loss, metric, optimizer or schedule that can be chosen. */
export interface ChoiceForm {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly options: readonly OptionControl[];
  /** Of optimizers: a usual learning rate. */
  readonly learningRate: number | null;
  /** Tasks that it fits (`classification`, `regression` …); empty: any. */
  readonly tasks: readonly string[];
  /** Of metrics: one number that can be drawn and watched, not a table; and whether more of it is better. */
  readonly isNumber: boolean;
  readonly higherIsBetter: boolean;
}

export interface TrainingCatalogue {
  readonly losses: readonly ChoiceForm[];
  readonly metrics: readonly ChoiceForm[];
  readonly optimizers: readonly ChoiceForm[];
  readonly schedules: readonly ChoiceForm[];
}

export interface TrainingDefaults {
  /** Whole settings (engine/training/settings.ts). */
  readonly settings: unknown;
  /** Whether they come with the example, or were derived from the data's kind and size. */
  readonly fromExample: boolean;
  /** That of the data, or `reconstruction`. */
  readonly task: string;
  /** The column that would be predicted. */
  readonly target: string;
  /** Examples of each part. */
  readonly parts: { readonly train: number; readonly val: number; readonly test: number };
}

/** Memory of a training by what it is for, in bytes. */
export interface MemoryParts {
  /** Weights and running statistics, with the copies that steps write to. */
  readonly parameters: number;
  /** Slots of the optimizer and averages of the weights, likewise. */
  readonly optimizer: number;
  /** The most that lies between the nodes of a step, or of an evaluation, at one time. */
  readonly activations: number;
  readonly data: number;
  /** The process and the library that computes. */
  readonly runtime: number;
  readonly total: number;
}

/** What a training would cost, before it starts. */
export interface TrainingEstimate {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  readonly parameters: number;
  /** Floating-point operations of one training step. */
  readonly flopsPerStep: number;
  readonly memory: MemoryParts;
  /** Memory of this computer, and what of it is free now. */
  readonly machine: { readonly totalBytes: number; readonly freeBytes: number };
  /** What it would train on (`native`, `webgpu` …), and why where that was left to choose. */
  readonly backend: string;
  readonly reason: string | null;
  /** Seconds for the whole run and how they were found: timed steps, a run of the same shape, or the rate of this machine. */
  readonly seconds: number | null;
  readonly basis: 'measured' | 'earlierRun' | 'rate' | null;
}

export interface RunProgress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly totalSteps: number;
  readonly examplesPerSecond: number;
  /** Until the end at the present rate; null while unknown. */
  readonly secondsLeft: number | null;
  readonly gpuMilliseconds: number | null;
  readonly memoryBytes: number | null;
}

export interface QueuedRun {
  readonly run: string;
  readonly name: string;
  readonly state: 'waiting' | 'preparing' | 'training' | 'paused' | 'stopping';
  readonly backend: string;
  /** Waits since before the last start: it begins only when it is released. */
  readonly held: boolean;
  /** Trains in a window, and ends when that closes. */
  readonly inWindow: boolean;
  readonly stopsAfterEpoch: boolean;
  /** null until it trains. */
  readonly progress: RunProgress | null;
}

/** New points of one metric. */
export interface NewPoints {
  readonly name: string;
  readonly steps: Float64Array;
  readonly values: Float64Array;
}

/** Rates of some steps of a run, evenly spread. */
export interface RateCurve {
  readonly steps: Float64Array;
  readonly rates: Float64Array;
}

const run = z.string().min(1).max(200);
const typed = z.object({ type: z.string().max(60), options: z.record(z.string(), z.unknown()).default({}) });

export const trainingService = defineService('training', {
  methods: {
    catalogue: method<TrainingCatalogue>()(z.object({})),
    /** Settings for a data set, by its kind and size, or those that come with the example. */
    defaults: method<TrainingDefaults>()(
      z.object({
        data: z.string().min(1),
        target: z.string().optional(),
        objective: trainRequestSchema.shape.objective,
        fineTune: z.boolean().default(false),
      }),
    ),
    /** Everything that keeps a request from being trained, each with its place; empty when nothing does. */
    check: method<{ readonly faults: readonly Fault[] }>()(z.object({ request: trainRequestSchema })),
    /** With `measure` a few real steps are taken. @throws the first fault of `check` */
    estimate: method<TrainingEstimate, { readonly stage: string }>()(
      z.object({ request: trainRequestSchema, measure: z.boolean().default(false) }),
    ),
    /** The learning rate over a run, as the trainer would compute it. */
    learningRates: method<RateCurve>()(
      z.object({
        schedule: typed.extend({
          warmup: z
            .object({
              length: z.number(),
              unit: z.enum(['steps', 'epochs']),
              startFactor: z.number().optional(),
            })
            .optional(),
        }),
        learningRate: z.number(),
        totalSteps: z.number().min(1).max(1e12),
        stepsPerEpoch: z.number().min(1).max(1e12),
        points: z.int().min(2).max(2000).default(240),
      }),
    ),
    /** Puts a run at the end of the queue. Throws what `check` would find. */
    start: method<{ readonly run: string }>()(z.object({ request: trainRequestSchema })),
    /** Puts an ended, unfinished run at the end of the queue; it goes on from its last checkpoint. */
    continue: method()(z.object({ run })),
    pause: method()(z.object({ run })),
    resume: method()(z.object({ run })),
    /** Saves a checkpoint and ends it; a waiting run leaves the queue. */
    stop: method()(z.object({ run })),
    /** Ends it with the checkpoint of the epoch under way, or takes that back. */
    stopAfterEpoch: method()(z.object({ run, stop: z.boolean() })),
    queue: method<readonly QueuedRun[]>()(z.object({})),
    /** Moves a waiting run to another place among those that wait. */
    move: method()(z.object({ run, to: z.int().min(0) })),
    /** Lets runs begin that were held since the last start; all of them where none are named. */
    release: method()(z.object({ runs: z.array(run).max(1000).optional() })),
    /** How many runs train at once. */
    limit: method<{ readonly atOnce: number }>()(z.object({})),
    setLimit: method()(z.object({ atOnce: z.int().min(1).max(16) })),
  },
  events: {
    /** Progress comes at most ten times a second a run. */
    told: event<TrainEvent>(),
    /** New points of a run's metrics, batched; `time`: milliseconds since the run started. */
    points: event<{ readonly run: string; readonly time: number; readonly series: readonly NewPoints[] }>(),
    queue: event<readonly QueuedRun[]>(),
  },
});
