// The settings of a training as options: `train` and `fine-tune` share them.
import { backendNames, objectiveNames, type TrainRequest } from '../../contract/training.js';
import type { Options, OptionValues } from './command.js';

export const trainOptions = {
  target: { type: 'text', value: 'COLUMN', summary: 'the column of a table to predict' },
  objective: {
    type: 'text',
    value: 'WHAT',
    choices: objectiveNames,
    summary: 'learn the target, or the input itself (default: what the model has the shape of)',
  },
  epochs: { type: 'number', value: 'N', minimum: 0, summary: 'passes over the training part' },
  batch: { type: 'number', value: 'N', minimum: 1, integer: true, summary: 'examples a step' },
  optimizer: { type: 'text', value: 'NAME', summary: 'as adam, sgd, adamw' },
  lr: { type: 'number', value: 'RATE', minimum: 0, summary: 'learning rate' },
  schedule: { type: 'text', value: 'NAME', summary: 'how the learning rate changes, as constant, cosine' },
  'weight-decay': { type: 'number', value: 'RATE', minimum: 0, summary: 'pull of the weights towards zero' },
  loss: { type: 'text', value: 'NAME', summary: 'as crossEntropy, meanSquaredError' },
  precision: {
    type: 'text',
    value: 'TYPE',
    choices: ['float32', 'float16'],
    summary: 'of the passes through the model; weights stay float32 (default: float32)',
  },
  seed: {
    type: 'number',
    value: 'N',
    minimum: 0,
    maximum: 0xffffffff,
    integer: true,
    summary: 'of all randomness (default: 0)',
  },
  backend: { type: 'text', value: 'NAME', choices: backendNames, summary: 'what computes' },
  threads: {
    type: 'number',
    value: 'N',
    minimum: 1,
    integer: true,
    summary: 'of the native backend (default: physical cores)',
  },
  'checkpoint-seconds': {
    type: 'number',
    value: 'S',
    minimum: 0.1,
    summary: 'save also in between epochs, this often',
  },
  'keep-checkpoints': {
    type: 'number',
    value: 'N',
    minimum: 1,
    integer: true,
    summary: 'how many are kept, besides the best (default: 3)',
  },
} as const satisfies Options;

/** The settings that were given; the rest is left to the defaults of the data and of the model. */
export function settingsOf(options: OptionValues<typeof trainOptions>): Omit<TrainRequest, 'data'> {
  const settings = {
    target: options.target,
    objective: objectiveNames.find((name) => name === options.objective),
    epochs: options.epochs,
    batch: options.batch,
    optimizer: options.optimizer,
    learningRate: options.lr,
    schedule: options.schedule,
    weightDecay: options['weight-decay'],
    loss: options.loss,
    precision: options.precision,
    threads: options.threads,
    checkpointSeconds: options['checkpoint-seconds'],
    keepCheckpoints: options['keep-checkpoints'],
  };
  // The schema tells a setting that is absent from one that is undefined.
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const backend = backendNames.find((name) => name === options.backend) ?? 'auto';
  return { ...(given as Partial<TrainRequest>), seed: options.seed ?? 0, backend };
}
