// Between a running trainer and the frames that are saved: all state tensors and the trainer's own numbers.
import * as z from 'zod';
import type { CheckpointFrame, NamedTensorFrame } from '../contract/tensorFrame.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { isDType } from '../engine/ir/dtype.js';
import type { Tensor } from '../engine/ir/tensor.js';
import { initialScheduleState } from '../engine/training/schedules/learningRate.js';
import type { TrainSettings } from '../engine/training/settings.js';

const savedSchema = z.object({
  /** Steps done. */
  step: z.int().min(0),
  /** Of the current epoch: Σ loss × examples, and examples. */
  lossSum: z.number(),
  lossWeight: z.number(),
  /** The best value of the watched metric. */
  best: z.number().nullable(),
  epochsSinceBest: z.int().min(0),
  /** Early stopping has spoken. */
  ended: z.boolean(),
  /** What computed the steps: another backend rounds differently. */
  backend: z.string().optional(),
  schedule: z.record(z.string(), z.number().nullable()).optional(),
  /** Lowerings in use: other ones would round differently, and the run would not continue to the bit. */
  lowerings: z.record(z.string(), z.string()).default({}),
});

/** What a trainer knows besides the state store; all of it but the best weights is saved as JSON. */
export type RunProgress = z.infer<typeof savedSchema> & {
  /** Weights of the best epoch, where they are asked for. */
  bestState?: Map<string, Tensor>;
};

export function initialProgress(settings: TrainSettings): RunProgress {
  const schedule = initialScheduleState(settings.schedule);
  return {
    step: 0,
    lossSum: 0,
    lossWeight: 0,
    best: null,
    epochsSinceBest: 0,
    ended: false,
    lowerings: {},
    ...(schedule && { schedule: { ...schedule } }),
  };
}

/** Throws `checkpoint.invalid` where the saved numbers are not a trainer's. */
export function readProgress(saved: unknown): RunProgress {
  const parsed = savedSchema.safeParse(saved);
  if (!parsed.success)
    throw new EngineError(
      'checkpoint.invalid',
      `Checkpoint: the trainer's part cannot be read: ${z.prettifyError(parsed.error)}`,
    );
  return parsed.data;
}

const bestPrefix = 'best/';

/** The frame of a state (by tensor name) and what the trainer knows beside it. */
export function checkpointOf(
  state: ReadonlyMap<string, Tensor>,
  progress: RunProgress,
  stepsPerEpoch: number,
): CheckpointFrame {
  const { bestState, ...trainer } = progress;
  const frames = (tensors: ReadonlyMap<string, Tensor>, prefix: string): NamedTensorFrame[] =>
    [...tensors].map(([name, tensor]) => ({ name: `${prefix}${name}`, tensor }));
  return {
    step: progress.step,
    epoch: progress.step / stepsPerEpoch,
    tensors: [...frames(state, ''), ...(bestState ? frames(bestState, bestPrefix) : [])],
    // In the order of the schema, so that equal states make equal files.
    trainer: savedSchema.parse(trainer),
  };
}

/** The tensors of a checkpoint: the state, and the best weights where it carries them. */
export function tensorsIn(checkpoint: CheckpointFrame): {
  readonly state: Map<string, Tensor>;
  readonly best: Map<string, Tensor> | undefined;
} {
  const state = new Map<string, Tensor>();
  const best = new Map<string, Tensor>();
  for (const { name, tensor } of checkpoint.tensors) {
    if (!isDType(tensor.dtype))
      throw new EngineError('checkpoint.invalid', `Checkpoint: tensor '${name}' has the unknown type ${tensor.dtype}`);
    if (name.startsWith(bestPrefix)) best.set(name.slice(bestPrefix.length), tensor as Tensor);
    else state.set(name, tensor as Tensor);
  }
  return { state, best: best.size ? best : undefined };
}
