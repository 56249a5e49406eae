// What a training can be made of, as data for forms: the engine's registries, and which task each entry fits.
import type { ChoiceForm, OptionControl, TrainingCatalogue } from '../../../contract/services/training.js';
import type { LossDefinition } from '../../../engine/training/losses/defineLoss.js';
import { losses } from '../../../engine/training/losses/index.js';
import { metrics } from '../../../engine/training/metrics/index.js';
import { optimizers } from '../../../engine/training/optimizers/index.js';
import type { OptionSpecs } from '../../../engine/training/options.js';
import { schedules } from '../../../engine/training/schedules/index.js';

interface Described {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly options: OptionSpecs;
}

/** By what a loss asks of the target. */
const tasksOfTarget: Readonly<Record<LossDefinition['target'], readonly string[]>> = {
  classIndex: ['classification', 'languageModel'],
  binary: ['classification'],
  sameAsPrediction: ['regression', 'forecast', 'reconstruction'],
  none: [],
};

const numbers = ['regression', 'forecast', 'reconstruction'];
const tasksOfMetric: Readonly<Record<string, readonly string[]>> = {
  accuracy: ['classification', 'languageModel'],
  topK: ['classification', 'languageModel'],
  logLoss: ['classification', 'languageModel'],
  perplexity: ['languageModel'],
  bitsPerCharacter: ['languageModel'],
  mae: numbers,
  mse: numbers,
  rmse: numbers,
  r2: numbers,
  explainedVariance: numbers,
};

export function trainingCatalogue(): TrainingCatalogue {
  return {
    losses: losses.map((loss) => formOf(loss, { tasks: tasksOfTarget[loss.target] })),
    metrics: metrics.map((metric) =>
      formOf(metric, {
        tasks: tasksOfMetric[metric.type] ?? ['classification'],
        isNumber: metric.type !== 'confusionMatrix',
        higherIsBetter: metric.higherIsBetter,
      }),
    ),
    optimizers: optimizers.map((optimizer) => formOf(optimizer, { learningRate: optimizer.learningRate })),
    schedules: schedules.map((schedule) => formOf(schedule, {})),
  };
}

function formOf({ type, title, description, options }: Described, more: Partial<ChoiceForm>): ChoiceForm {
  return {
    type,
    title,
    description,
    options: controlsOf(options),
    learningRate: null,
    tasks: [],
    isNumber: true,
    higherIsBetter: false,
    ...more,
  };
}

function controlsOf(specs: OptionSpecs): OptionControl[] {
  return Object.entries(specs).map(([name, { kind, fallback, title, limits, choices }]) => ({
    name,
    title,
    kind,
    fallback: fallback ?? null,
    minimum: limits.minimum ?? null,
    maximum: limits.maximum ?? null,
    above: limits.above ?? null,
    below: limits.below ?? null,
    unit: limits.unit ?? null,
    choices: choices ?? [],
  }));
}
