// A small training of the digits under an augmentation that has something of everything.
import { augmentationSchema } from '../../engine/data/augment/pipeline.js';
import { readModelSpec } from '../../engine/layers/modelSpec.js';
import { defaultSettings } from '../../engine/training/defaults.js';
import { trainSettingsSchema } from '../../engine/training/settings.js';
import type { TrainingData } from '../../engine/training/trainingData.js';
import { loadDataSet } from '../../main/services/datasets/loadDataSet.js';

export const augmentation = augmentationSchema.parse({
  transforms: [
    { type: 'flip' },
    { type: 'crop', options: { padding: 1 } },
    { type: 'rotate' },
    { type: 'noise' },
    { type: 'colour' },
    { type: 'mixup', options: { alpha: 0.4 } },
    { type: 'cutmix' },
  ],
});
/** The digits, 100 of which train. */
export async function digits(changes: Record<string, unknown> = {}): Promise<TrainingData> {
  const { dataSet, preprocessing, split } = await loadDataSet('digits');
  const settings = trainSettingsSchema.parse({
    ...defaultSettings(dataSet, 100),
    batch: 24,
    epochs: 3,
    augmentation,
    ...changes,
  });
  // They lie in the order of their classes.
  const some = (part: Int32Array, every: number): Int32Array => part.filter((_, index) => index % every === 0);
  const parts = { train: some(split.train, 14).slice(0, 100), val: some(split.val, 5), test: some(split.test, 5) };
  // Dense layers have one lowering: nothing is measured that could turn out another way.
  const spec = readModelSpec({
    version: 1,
    name: 'digits',
    inputs: [{ id: 'x', shape: [1, 8, 8] }],
    layers: [
      { id: 'flat', type: 'Flatten' },
      { id: 'drop', type: 'Dropout', options: { rate: 0.1 } },
      { id: 'hidden', type: 'Dense', options: { units: 16, activation: 'relu' } },
      { id: 'out', type: 'Dense', options: { units: 10 } },
    ],
    outputs: ['out'],
  });
  return { dataSet, preprocessing, split: parts, settings, spec };
}
