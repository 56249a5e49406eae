// Predict or reconstruct: which of the two a model looks made for, and what a reconstruction refuses.
import { describe, expect, it } from 'vitest';
import { reconstructing } from '../../../engine/data/reconstruction.js';
import { readModelSpec } from '../../../engine/layers/modelSpec.js';
import { autoencoder } from '../../../engine/layers/templates/autoencoder.js';
import { checkTraining } from '../../../engine/training/checkTraining.js';
import { defaultAutoencoder, defaultSettings } from '../../../engine/training/defaults.js';
import { outputShapeOf, suggestedObjective, type ObjectiveData } from '../../../engine/layers/objective.js';
import { trainSettingsSchema } from '../../../engine/training/settings.js';
import type { TrainedData } from '../../../engine/training/trainingData.js';
import { rings } from '../../workers/ringsData.js';

describe('The objective that a model suggests', () => {
  const image: ObjectiveData = {
    inputs: [{ shape: [1, 8, 8], dtype: 'float32' }],
    outputWidth: 10,
    reconstructionObstacle: null,
  };
  const table: ObjectiveData = { ...image, inputs: [{ shape: [3], dtype: 'float32' }], outputWidth: 3 };
  const text: ObjectiveData = { ...image, inputs: [{ shape: [64], dtype: 'int32' }] };

  it.each([
    ['the shape of the input', [1, 8, 8], image, 'reconstruct'],
    ['the shape of the target', [10], image, 'predict'],
    ['some other shape', [1, 8, 7], image, 'predict'],
    ['both shapes', [3], table, 'predict'],
    ['an unknown shape', undefined, image, 'predict'],
    ['the shape of an input that is not numbers', [64], text, 'predict'],
    ['the shape of an input that cannot be', [1, 8, 8], { ...image, reconstructionObstacle: 'no' }, 'predict'],
  ] as const)('is for an output of %s', (_name, output, data, expected) => {
    expect(suggestedObjective(output, data)).toBe(expected);
  });

  it('is read off a specification', () => {
    expect(outputShapeOf(autoencoder({ shape: [1, 8, 8] }))).toEqual([1, 8, 8]);
    expect(outputShapeOf(rings().spec!)).toEqual([2]);
  });
});

describe('A training that reconstructs', () => {
  const settings = trainSettingsSchema.parse({
    ...defaultSettings({ kind: 'tabular', task: 'reconstruction' }, 210),
    epochs: 2,
  });
  const { preprocessing, spec } = rings();
  const sound: TrainedData = {
    preprocessing: reconstructing(preprocessing),
    spec: defaultAutoencoder('rings', reconstructing(preprocessing)),
    settings,
  };

  it('is sound with its defaults', () => {
    expect(() => checkTraining(sound)).not.toThrow();
    expect(settings.loss.type).toBe('meanSquaredError');
    expect(settings.metrics.map(({ type }) => type)).toEqual(['rmse', 'mae']);
  });

  it('goes by the shape of the output, and refuses another by naming both', () => {
    const wide = readModelSpec({
      version: 1,
      name: 'wide',
      inputs: [{ id: 'x', shape: [2] }],
      layers: [{ id: 'out', type: 'Dense', options: { units: 5 } }],
      outputs: ['out'],
    });
    expect(() => checkTraining({ ...sound, spec: spec! })).not.toThrow();
    expect(() => checkTraining({ ...sound, spec: wide })).toThrow(
      "Model 'wide': to reconstruct input 'x' an example's output must have its shape [2], got [5]",
    );
  });

  it.each([
    ['crossEntropy', 'needs classes'],
    ['binaryCrossEntropy', 'needs numbers from 0 to 1'],
  ])('refuses the loss %s', (type, reason) => {
    const wrong = trainSettingsSchema.parse({ ...settings, loss: { type } });
    expect(() => checkTraining({ ...sound, settings: wrong })).toThrow(reason);
  });
});
