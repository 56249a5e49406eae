// Estimates of memory against peaks that were measured: resident memory of the training process, onnxruntime 1.30 on Linux, two cores.
import { expect, it } from 'vitest';
import type { TrainRequest } from '../../../contract/training.js';
import { planTraining } from '../../../engine/training/planTraining.js';
import type { TrainedData } from '../../../engine/training/trainingData.js';
import { startDataWork } from '../../../main/services/datasets/startDataWork.js';
import { prepareTraining } from '../../../main/services/prepareTraining.js';
import { memoryOf, scaledStep, secondsOf } from '../../../main/services/workbench/trainingCosts.js';
import { FactStore } from '../../../main/services/workbench/trainingFacts.js';
import { openWorkspace } from '../../../main/store/workspace.js';
import { evaluationBatch } from '../../../workers/trainedModel.js';
import { temporaryFolder } from '../store/temporaryFolder.js';

const dense = (units: number): Record<string, unknown> => ({
  version: 1,
  name: 'dense',
  inputs: [{ id: 'image', shape: [1, 28, 28] }],
  layers: [
    { id: 'flat', type: 'Flatten' },
    { id: 'one', type: 'Dense', options: { units, activation: 'relu' } },
    { id: 'two', type: 'Dense', options: { units, activation: 'relu' } },
    { id: 'out', type: 'Dense', options: { units: 10 } },
  ],
  outputs: ['out'],
});

const measured: readonly (readonly [string, Partial<TrainRequest>, number])[] = [
  ['penguins', {}, 124e6],
  ['digits', {}, 244e6],
  ['digits', { settings: { batch: 512 } }, 671e6],
  ['digits', { model: dense(3000) }, 803e6],
];

it.each(measured)('Memory of %s %j is estimated within a factor of two', async (data, more, peak) => {
  const workspace = openWorkspace(temporaryFolder(), { create: true });
  const request: TrainRequest = { data, seed: 0, backend: 'native', ...more };
  const work = startDataWork({ workspace: workspace.path }).client;
  const prepared = await prepareTraining(request, workspace);
  const costs = planTraining(prepared.data as TrainedData, evaluationBatch);
  const { total } = memoryOf({ ...costs, shape: '' }, 'native', await new FactStore(workspace, work).of(request));
  expect(total / peak).toBeGreaterThan(0.5);
  expect(total / peak).toBeLessThan(2);
  workspace.close();
});

it('The time of a run counts its evaluations', () => {
  expect(secondsOf(10, { totalSteps: 1000, trainExamples: 300, validationExamples: 0 })).toBe(10);
  expect(secondsOf(10, { totalSteps: 1000, trainExamples: 300, validationExamples: 90 })).toBeCloseTo(11);
});

it('A step of another shape is scaled by its work, but never to nothing and not from one that is far smaller', () => {
  expect(scaledStep({ milliseconds: 10, flops: 100 }, 200)).toBe(20);
  expect(scaledStep({ milliseconds: 10, flops: 1e9 }, 1)).toBe(0.3);
  expect(scaledStep({ milliseconds: 1.5, flops: 1e5 }, 1e9)).toBeUndefined();
});
