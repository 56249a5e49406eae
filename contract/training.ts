// What is asked of a training, and what it tells while it runs.
import { z } from 'zod';
import type { Fault } from './fault.js';
import type { Metrics } from './run.js';
import type { CheckpointFrame } from './tensorFrame.js';

export const objectiveNames = ['predict', 'reconstruct'] as const;
export const backendNames = ['auto', 'native', 'wasm', 'webgpu'] as const;

/** Settings that are left out take the defaults of the example or of the model. */
export const trainRequestSchema = z.object({
  /** An example (`digits`), a data set of the workspace, or a path. */
  data: z.string().min(1),
  /** What the run is called; left out: the model's name, else the data's. */
  name: z.string().min(1).max(200).optional(),
  /** A model specification, whole; left out: the example's default model. */
  model: z.record(z.string(), z.unknown()).optional(),
  /** What the model is called in lists: the example or the file it came from. */
  modelName: z.string().optional(),
  /** Column of a table to predict. */
  target: z.string().optional(),
  /** What is learned: the target, or the input itself. Left out: what the model's output has the shape of. */
  objective: z.enum(objectiveNames).optional(),
  /** Settings (engine/training/settings.ts), over the defaults as a whole; those below go before them. */
  settings: z.record(z.string(), z.unknown()).optional(),
  epochs: z.number().positive().optional(),
  /** Examples a step. */
  batch: z.number().int().positive().optional(),
  optimizer: z.string().optional(),
  learningRate: z.number().positive().optional(),
  schedule: z.string().optional(),
  weightDecay: z.number().nonnegative().optional(),
  loss: z.string().optional(),
  precision: z.enum(['float32', 'float16']).optional(),
  /** A pipeline of engine/data/augment in place of that of the settings; null: none. */
  augmentation: z.record(z.string(), z.unknown()).nullable().optional(),
  seed: z.number().int().nonnegative().max(0xffffffff),
  backend: z.enum(backendNames),
  /** Threads of the native backend; left out: the physical cores. */
  threads: z.number().int().positive().optional(),
  /** Seconds between checkpoints, besides the one at the end of each epoch. */
  checkpointSeconds: z.number().positive().optional(),
  /** Checkpoints kept, besides the best. */
  keepCheckpoints: z.number().int().positive().optional(),
  fineTune: z
    .object({
      /** The model to start from. */
      file: z.string(),
      /** Patterns (`encoder/*`) of the parameters that stay as they are. */
      freeze: z.array(z.string()),
      /** Whether the last layer is replaced by one that fits the data. */
      replaceHead: z.boolean(),
    })
    .optional(),
});
export type TrainRequest = z.infer<typeof trainRequestSchema>;

/** Points of one metric; `steps` ascend. */
export interface MetricPoints {
  readonly name: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** What the trainer is to be given at the start; `data` is what the data service prepared, for the trainer alone to read. */
export interface TrainJob {
  readonly kind: 'train';
  readonly run: string;
  readonly request: TrainRequest;
  readonly data: unknown;
  readonly resume: CheckpointFrame | null;
}

/** From the trainer to the service. Batch them: `metrics` and `progress` at most ten times a second. */
export type TrainerEvent =
  /** `parameters` are the settings in force, defaults filled in. */
  | {
      readonly type: 'prepared';
      readonly totalSteps: number;
      readonly backend: string;
      /** Why this backend, where it was not asked for by name: «webgpu: 3.1 ms a step, native 18.4 ms». */
      readonly reason?: string;
      /** What does not run where it was meant to, in sentences. */
      readonly notes?: readonly string[];
      readonly parameters: Readonly<Record<string, string | number | boolean | null>>;
    }
  /** A file of the run's folder: `spec.json`, `step.onnx`, `model.onnx`. */
  | { readonly type: 'file'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly type: 'metrics'; readonly series: readonly MetricPoints[] }
  | ({ readonly type: 'progress' } & Progress)
  | { readonly type: 'epoch'; readonly epoch: number; readonly step: number; readonly metrics: Metrics }
  | { readonly type: 'checkpoint'; readonly checkpoint: CheckpointFrame; readonly best: boolean }
  /** No step is taken between the two. */
  | { readonly type: 'paused'; readonly step: number }
  | { readonly type: 'continued'; readonly step: number }
  /** Ends: after `finished` or `interrupted` the last checkpoint has been sent. */
  | { readonly type: 'finished'; readonly metrics: Metrics }
  /** `fault`: nobody asked for it; the device was lost. `step` is that of the last checkpoint. */
  | { readonly type: 'interrupted'; readonly step: number; readonly fault?: Fault }
  | { readonly type: 'failed'; readonly fault: Fault };

export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly totalSteps: number;
  readonly examplesPerSecond: number;
  /** Of a GPU for one step, by its own clock, where it tells. */
  readonly gpuMilliseconds?: number | undefined;
  /** GPU memory in use. */
  readonly memoryBytes?: number | undefined;
  /** Since the last report, as `train_loss`. */
  readonly losses: Metrics;
}

/** From the service to a window or a command line. */
export type TrainEvent =
  | {
      readonly type: 'started';
      readonly run: string;
      readonly resumedFrom: number;
      readonly totalSteps: number;
      readonly backend: string;
      /** Why this backend, where it was not asked for by name. */
      readonly reason?: string;
      readonly notes?: readonly string[];
      readonly parameters: Readonly<Record<string, string | number | boolean | null>>;
    }
  | ({ readonly type: 'progress'; readonly run: string } & Progress)
  | {
      readonly type: 'epoch';
      readonly run: string;
      readonly epoch: number;
      readonly step: number;
      readonly metrics: Metrics;
    }
  | { readonly type: 'checkpoint'; readonly run: string; readonly step: number; readonly best: boolean }
  | { readonly type: 'paused'; readonly run: string; readonly step: number }
  | { readonly type: 'continued'; readonly run: string; readonly step: number }
  | TrainOutcome;

export type TrainOutcome =
  | { readonly type: 'finished'; readonly run: string; readonly metrics: Metrics }
  | {
      readonly type: 'interrupted';
      readonly run: string;
      readonly step: number;
      readonly metrics: Metrics;
      /** Left out where it was asked for. */
      readonly fault?: Fault;
    }
  | { readonly type: 'failed'; readonly run: string; readonly fault: Fault; readonly metrics: Metrics };
