// Augmentation in a training: what the settings ask for, whether data and loss allow it, and the targets that come of it.
import { isImageInput, type AugmentedTraining, type MixedTarget } from '../data/augment/augmentExamples.js';
import { isActive, mixesTargets, resolveAugmentation } from '../data/augment/pipeline.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { EngineError } from '../ir/diagnostic.js';
import { exampleTypesOf } from './exampleTypes.js';
import { lossOf } from './losses/index.js';
import type { TrainSettings } from './settings.js';
import type { ExampleType } from './supervised.js';
import type { TrainingData } from './trainingData.js';

/** What makes the training's batches; `undefined` where nothing is augmented. Keyed by the run's seed. */
export function augmentedTrainingOf(
  { settings, split }: Pick<TrainingData, 'settings' | 'split'>,
  seed: number,
): AugmentedTraining | undefined {
  const { augmentation } = settings;
  if (!isActive(augmentation)) return undefined;
  return { augmentation, seed, examples: split.train, mixedTarget: mixedTargetOf(settings) ?? 'distribution' };
}

/**
 * The target of training steps where it is mixed. Classes become a distribution: cross-entropy is linear in its target, so one
 * product with a vector of weights is the weighted sum of any number of losses, and its gradient stays softmax − t.
 */
export function mixedTargetType(settings: TrainSettings, preprocessing: Preprocessing): ExampleType | undefined {
  const { augmentation } = settings;
  if (!augmentation || !mixesTargets(augmentation)) return undefined;
  const { target } = preprocessing;
  if (target.kind === 'class' && mixedTargetOf(settings) === 'distribution')
    return { dtype: 'float32', shape: [target.classes.length] };
  return { dtype: 'float32', shape: exampleTypesOf(preprocessing).target.shape };
}

function mixedTargetOf({ loss }: TrainSettings): MixedTarget | undefined {
  return lossOf(loss.type).mixedTarget;
}

/**
 * Whatever keeps the data from being augmented as the settings say.
 * @throws EngineError `augment.images`, `augment.target`, and those of the transforms
 */
export function checkAugmentation({ settings, preprocessing }: Pick<TrainingData, 'settings' | 'preprocessing'>): void {
  const { augmentation, loss } = settings;
  if (!augmentation) return;
  resolveAugmentation(augmentation);
  if (!isActive(augmentation)) return;
  const { inputs, target } = preprocessing;
  const images = inputs.filter(isImageInput);
  if (images.length === 0)
    throw new EngineError(
      'augment.images',
      `Augmentation: the data must have images (channels × height × width) among the inputs, got ${inputs.map(({ input, kind }) => `${input} (${kind})`).join(', ')}`,
      { path: 'augmentation' },
    );
  if (!mixesTargets(augmentation)) return;
  if (inputs.length > 1)
    throw new EngineError(
      'augment.target',
      `Augmentation: images can only be mixed where one image is the only input, got ${inputs.map(({ input }) => input).join(', ')}; leave mixup and cutmix out`,
      { path: 'augmentation' },
    );
  if (target.kind === 'class' && !mixedTargetOf(settings))
    throw new EngineError(
      'augment.target',
      `Augmentation: loss ${loss.type} cannot take mixed classes; use crossEntropy, or leave mixup and cutmix out`,
      { path: 'augmentation' },
    );
}
