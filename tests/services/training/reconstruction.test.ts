// Autoencoders as windows train them: what is learned follows from the model or is chosen, estimates, predictions, repeating a run.
import { expect, it } from 'vitest';
import type { Reconstruction } from '../../../contract/services/runs.js';
import type { TrainRequest } from '../../../contract/training.js';
import { autoencoder } from '../../../engine/layers/templates/autoencoder.js';
import { temporaryFolder } from '../store/temporaryFolder.js';
import { windowOf, workbenchAt, type Window } from './workbenchHere.js';

const base: Pick<TrainRequest, 'seed' | 'backend' | 'settings'> = {
  seed: 1,
  backend: 'native',
  settings: { epochs: 2 },
};

async function trained(window: Window, request: TrainRequest): Promise<string> {
  const { run } = await window.training.start({ request });
  await new Promise<void>((resolve, reject) => {
    window.training.on('told', (event) => {
      if (event.run !== run) return;
      if (event.type === 'finished') resolve();
      if (event.type === 'failed') reject(new Error(event.fault.message));
    });
  });
  return run;
}

async function worst(window: Window, run: string): Promise<Reconstruction> {
  const { examples } = await window.runs.predictions({ run, split: 'test', count: 3 });
  const errors = examples.map(({ predicted }) => Number(predicted));
  expect(errors).toEqual([...errors].sort((one, other) => other - one));
  expect(examples.every(({ actual, likeliest }) => actual === null && likeliest.length === 0)).toBe(true);
  return examples[0]!.reconstruction!;
}

it('The defaults of a reconstruction are its own, and data that cannot be reconstructed say why', async () => {
  const window = windowOf(workbenchAt(temporaryFolder()));
  const predict = await window.training.defaults({ data: 'penguins' });
  expect(predict).toMatchObject({ task: 'classification', target: 'species' });
  const rebuild = await window.training.defaults({ data: 'penguins', objective: 'reconstruct' });
  expect(rebuild).toMatchObject({ task: 'reconstruction', target: 'species', fromExample: false });
  expect(rebuild.settings).toMatchObject({ loss: { type: 'meanSquaredError' } });
  const refused = window.training.defaults({ data: 'names', objective: 'reconstruct' });
  await expect(refused).rejects.toThrow('the input is text');
  expect((await window.models.interfaceOf({ data: 'names' })).reconstructionObstacle).toContain('the input is text');
  expect((await window.models.interfaceOf({ data: 'digits' })).reconstructionObstacle).toBeNull();
});

it('A table: the default model, an estimate, and the columns beside what was made of them, again from the file', async () => {
  const folder = temporaryFolder();
  const window = windowOf(workbenchAt(folder));
  const request: TrainRequest = { ...base, data: 'penguins', objective: 'reconstruct' };
  expect((await window.training.estimate({ request })).parameters).toBeGreaterThan(0);
  const run = await trained(window, request);
  const made = await worst(window, run);
  expect(made.kind === 'columns' && made.columns.map(({ name }) => name)).toContain('body_mass_g');
  expect(await worst(windowOf(workbenchAt(folder)), run)).toEqual(made);
  await expect(window.runs.confusion({ run, split: 'test' })).rejects.toThrow('reconstructs its input');
});

it('Images: the shape of the model says what is learned; the request may say otherwise', async () => {
  const window = windowOf(workbenchAt(temporaryFolder()));
  const model = { ...autoencoder({ shape: [1, 20, 20] }, { hidden: [32], code: 8 }) };
  const run = await trained(window, { ...base, data: 'digits', model });
  const { specification, parameters } = await window.runs.details({ run });
  expect(parameters).toMatchObject({ objective: 'reconstruct', loss: 'meanSquaredError' });
  expect(specification).toMatchObject({ preprocessing: { target: { kind: 'input', column: 'image' } } });
  const made = await worst(window, run);
  if (made.kind !== 'image') throw new Error('digits are images');
  expect(made).toMatchObject({ shape: [1, 20, 20], white: 255 });
  expect(made.input).toHaveLength(400);
  expect(made.output).not.toEqual(made.input);
  const { faults } = await window.training.check({ request: { ...base, data: 'digits', model, objective: 'predict' } });
  expect(faults.map(({ place }) => place?.path)).toEqual(['model']);
});
