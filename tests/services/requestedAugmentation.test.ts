// The augmentation of a request: over that of the specification, refused by name where it cannot be.
import { describe, expect, it } from 'vitest';
import type { TrainRequest } from '../../contract/training.js';
import { prepareTraining } from '../../main/services/prepareTraining.js';
import { openWorkspace } from '../../main/store/workspace.js';
import type { TrainingData } from '../../engine/training/trainingData.js';
import { temporaryFolder } from './store/temporaryFolder.js';

const flip = { transforms: [{ type: 'flip', probability: 0.25 }] };
const mixup = { transforms: [{ type: 'mixup' }] };

async function settingsOf(request: Partial<TrainRequest>): Promise<TrainingData['settings']> {
  const workspace = openWorkspace(temporaryFolder(), { create: true });
  const { data } = await prepareTraining({ data: 'digits', seed: 0, backend: 'native', ...request }, workspace);
  return (data as TrainingData).settings;
}

describe('The augmentation of a request', () => {
  it('is in the settings of the training, defaults filled in', async () => {
    const { augmentation } = await settingsOf({ augmentation: flip });
    expect(augmentation).toEqual({
      version: 1,
      transforms: [{ type: 'flip', enabled: true, probability: 0.25, options: {} }],
    });
  });

  it('goes before that of a specification; null is none', async () => {
    const model = {
      model: {
        version: 1,
        name: 'small',
        inputs: [{ id: 'x', shape: [1, 28, 28] }],
        layers: [
          { id: 'flat', type: 'Flatten' },
          { id: 'out', type: 'Dense', options: { units: 10 } },
        ],
        outputs: ['out'],
      },
      training: { augmentation: mixup },
    };
    const data = 'fashion-mnist-12k';
    expect((await settingsOf({ data, model })).augmentation?.transforms[0]?.type).toBe('mixup');
    expect((await settingsOf({ data, model, augmentation: flip })).augmentation?.transforms[0]?.type).toBe('flip');
    expect((await settingsOf({ data, model, augmentation: null })).augmentation).toBeUndefined();
  });

  it.each([
    ['augment.images', { data: 'penguins', augmentation: flip }],
    ['augment.unknown', { augmentation: { transforms: [{ type: 'swirl' }] } }],
    ['augment.option', { augmentation: { transforms: [{ type: 'rotate', options: { degrees: 200 } }] } }],
    ['augment.invalid', { augmentation: { flip: true } }],
    ['augment.target', { augmentation: mixup, loss: 'multiClassHinge' }],
  ])('is refused as %s', async (code, request) => {
    await expect(settingsOf(request)).rejects.toMatchObject({ code });
  });
});
