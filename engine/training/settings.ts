// How a model is trained: the part of a run that is neither data nor model. JSON, saved with the run.
import * as z from 'zod';
import { augmentationSchema } from '../data/augment/pipeline.js';
import { precisions } from './mixedPrecision.js';

const optionValue = z.union([z.number(), z.boolean(), z.string(), z.array(z.number())]);
const typed = z.strictObject({
  type: z.string().min(1).max(60),
  options: z.record(z.string(), optionValue).default({}),
});

export const trainSettingsSchema = z.strictObject({
  epochs: z.number().positive().max(1_000_000),
  /** Examples a step. */
  batch: z.int().min(1).max(1_000_000),
  optimizer: typed,
  learningRate: z.number().positive().max(1e6),
  schedule: typed
    .extend({
      warmup: z
        .strictObject({
          length: z.number().positive(),
          unit: z.enum(['steps', 'epochs']),
          startFactor: z.number().min(0).max(1).default(0.01),
        })
        .optional(),
    })
    .default({ type: 'constant', options: {} }),
  loss: typed,
  /** Metrics besides the loss, reported for every split. */
  metrics: z.array(typed).default([]),
  /** Bounds the gradients before the optimizer sees them. */
  clip: z.strictObject({ by: z.enum(['norm', 'value']), limit: z.number().positive() }).optional(),
  /** Evaluates and exports an exponential moving average of the weights. */
  average: z.strictObject({ decay: z.number().min(0).lt(1) }).optional(),
  /** Parameters by glob pattern (`stem/*`) that stay as they are. */
  freeze: z.array(z.string().max(200)).max(1000).default([]),
  /** Factors on the learning rate: the first pattern that fits a parameter's name counts. */
  groups: z
    .array(z.strictObject({ parameters: z.string().max(200), rateFactor: z.number().min(0).max(1e6) }))
    .max(1000)
    .default([]),
  /** Gradient checkpointing: less memory for activations, about a third more time. */
  recompute: z.boolean().default(false),
  /** Of the training part's images, drawn anew every epoch; never of what is evaluated. */
  augmentation: augmentationSchema.optional(),
  /** What the passes through the model compute in; float16 keeps weights and losses in float32 and scales the loss. */
  precision: z.enum(precisions).default('float32'),
  /** What the best epoch is best by, as reported: `val_loss`, `val_accuracy`. */
  bestBy: z.string().min(1).max(100).default('val_loss'),
  /** Stops when the metric (left out: `bestBy`) has not become better for this many epochs. */
  earlyStopping: z.strictObject({ metric: z.string().optional(), patience: z.int().min(1) }).optional(),
  /** Which weights are tested and exported: those of the last epoch or of the best one on the validation part. */
  keep: z.enum(['last', 'best']).default('last'),
});

export type TrainSettings = z.infer<typeof trainSettingsSchema>;

/** The metric, as reported, that tells good epochs from bad ones. */
export function watchedMetric({ earlyStopping, bestBy }: TrainSettings): string {
  return earlyStopping?.metric ?? bestBy;
}

/** A glob of parameter names as a test: `*` stands for any characters. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => {
    const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${source.join('.*')}$`).test(name);
  });
}
