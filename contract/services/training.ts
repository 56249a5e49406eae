// Training as a window steers it: what can be chosen, what it will cost, the queue, and what happens while it runs.
import { z } from 'zod';
import type { faultSchema } from '../fault.js';
import { defineService, event, method } from '../service.js';
import { trainRequestSchema, type MetricPoints, type TrainEvent } from '../training.js';

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
}

export interface TrainingCatalogue {
  readonly losses: readonly ChoiceForm[];
  readonly metrics: readonly ChoiceForm[];
  readonly optimizers: readonly ChoiceForm[];
  readonly schedules: readonly ChoiceForm[];
}

/** What a training would cost, before it starts. */
export interface TrainingEstimate {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  readonly parameters: number;
  /** Floating-point operations of one training step. */
  readonly flopsPerStep: number;
  readonly memory: {
    readonly parameters: number;
    readonly optimizer: number;
    readonly activations: number;
    readonly data: number;
    readonly total: number;
  };
  /** Seconds for the whole run and how they were found: timed steps, a run of the same shape, or the rate of this machine. */
  readonly seconds: number | null;
  readonly basis: 'measured' | 'earlierRun' | 'rate' | null;
}

export interface QueuedRun {
  readonly run: string;
  readonly name: string;
  readonly state: 'waiting' | 'preparing' | 'training' | 'paused';
  readonly backend: string;
}

const run = z.string().min(1).max(200);

export const trainingService = defineService('training', {
  methods: {
    catalogue: method<TrainingCatalogue>()(z.object({})),
    /** Settings (engine/training/settings.ts) for a data set, by its kind and size, or those that come with the example. */
    defaults: method<{ readonly settings: unknown }>()(z.object({ data: z.string().min(1) })),
    /** Everything that keeps a request from being trained; empty when nothing does. */
    check: method<{ readonly faults: readonly z.infer<typeof faultSchema>[] }>()(
      z.object({ request: trainRequestSchema }),
    ),
    estimate: method<TrainingEstimate, { readonly stage: string }>()(
      z.object({ request: trainRequestSchema, measure: z.boolean().default(false) }),
    ),
    /** Puts a run at the end of the queue. Throws what `check` would find. */
    start: method<{ readonly run: string }>()(z.object({ request: trainRequestSchema })),
    /** Continues an ended, unfinished run from its last checkpoint. */
    continue: method()(z.object({ run })),
    pause: method()(z.object({ run })),
    resume: method()(z.object({ run })),
    /** Saves a checkpoint and ends it; a waiting run leaves the queue. */
    stop: method()(z.object({ run })),
    queue: method<readonly QueuedRun[]>()(z.object({})),
    /** Moves a waiting run to another place of the queue. */
    move: method()(z.object({ run, to: z.int().min(0) })),
  },
  events: {
    /** Progress comes at most ten times a second a run. */
    told: event<TrainEvent>(),
    /** New points of a run's metrics, batched. */
    points: event<{ readonly run: string; readonly series: readonly MetricPoints[] }>(),
    queue: event<readonly QueuedRun[]>(),
  },
});
