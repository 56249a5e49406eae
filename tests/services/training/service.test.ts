// The training service over a whole workbench in this process, as windows use it.
import { expect, it } from 'vitest';
import type { QueuedRun, TrainingEstimate } from '../../../contract/services/training.js';
import type { TrainEvent, TrainRequest } from '../../../contract/training.js';
import { temporaryFolder } from '../store/temporaryFolder.js';
import { windowOf, workbenchAt, type Window } from './workbenchHere.js';

const request: TrainRequest = { data: 'penguins', seed: 1, backend: 'native', settings: { epochs: 2 } };
// Epochs that are not so short that their checkpoints fill the test.
const endless: TrainRequest = { ...request, data: 'letters', settings: { epochs: 100_000, batch: 16 } };

/** Resolves with the first event that fits. */
function told(window: Window, fits: (event: TrainEvent) => boolean): Promise<TrainEvent> {
  return new Promise((resolve) => {
    const end = window.training.on('told', (event) => {
      if (!fits(event)) return;
      end();
      resolve(event);
    });
  });
}

function ofRun(run: string, ...types: TrainEvent['type'][]): (event: TrainEvent) => boolean {
  return (event) => event.run === run && types.includes(event.type);
}

/** Resolves with the first queue that fits. */
async function queued(window: Window, fits: (queue: readonly QueuedRun[]) => boolean): Promise<readonly QueuedRun[]> {
  const now = await window.training.queue({});
  if (fits(now)) return now;
  return new Promise((resolve) => {
    const end = window.training.on('queue', (queue) => {
      if (!fits(queue)) return;
      end();
      resolve(queue);
    });
  });
}

it('The queue: runs train one after the other, and a record is there at once', async () => {
  const workbench = workbenchAt(temporaryFolder());
  const window = windowOf(workbench);
  const { runs } = workbench.ports.workspace;
  const first = await window.training.start({ request });
  const second = await window.training.start({ request });
  expect(runs.find(second.run).status).toBe('queued');
  expect((await window.training.queue({})).map(({ run, state }) => [run, state === 'waiting'])).toEqual([
    [first.run, false],
    [second.run, true],
  ]);
  await told(window, ofRun(second.run, 'finished'));
  expect([first, second].map(({ run }) => runs.find(run).status)).toEqual(['finished', 'finished']);
  expect(await window.training.queue({})).toEqual([]);
  // The console of the workbench tells them in order.
  const { name } = runs.find(first.run);
  const lines = (await window.workspace.log({})).filter(({ source }) => source === name);
  const said = ['Starts on native', 'Finished: ', 'Starts on native', 'Finished: '];
  expect(lines.map(({ text }, index) => text.startsWith(said[index] ?? '?'))).toEqual([true, true, true, true]);
});

it('The queue: waiting runs are moved and cancelled; two windows see the same', async () => {
  const workbench = workbenchAt(temporaryFolder());
  const [one, other] = [windowOf(workbench), windowOf(workbench)];
  const { run: busy } = await one.training.start({ request: endless });
  const { run: second } = await one.training.start({ request });
  const { run: third } = await other.training.start({ request });
  await other.training.move({ run: third, to: 0 });
  expect((await one.training.queue({})).map(({ run }) => run)).toEqual([busy, third, second]);
  await one.training.stop({ run: second });
  expect(workbench.ports.workspace.runs.find(second).status).toBe('cancelled');
  await told(other, ofRun(busy, 'progress'));
  const stopped = told(other, ofRun(busy, 'interrupted'));
  await one.training.stop({ run: busy });
  await stopped;
  await told(one, ofRun(third, 'finished'));
});

it('The queue: two runs train at once where that is asked for', async () => {
  const workbench = workbenchAt(temporaryFolder());
  const window = windowOf(workbench);
  await window.training.setLimit({ atOnce: 2 });
  await window.training.start({ request: endless });
  await window.training.start({ request: endless });
  const queue = await queued(window, (runs) => runs.filter(({ state }) => state === 'training').length === 2);
  for (const { run } of queue) await window.training.stop({ run });
  await queued(window, (runs) => runs.length === 0);
});

it('A workbench that closes interrupts what trains and offers what waits again', async () => {
  const folder = temporaryFolder();
  const before = workbenchAt(folder);
  const window = windowOf(before);
  const { run: training } = await window.training.start({ request: endless });
  const { run: waiting } = await window.training.start({ request });
  await told(window, ofRun(training, 'progress'));
  await before.close();
  const after = workbenchAt(folder);
  const { runs } = after.ports.workspace;
  const again = windowOf(after);
  expect(runs.find(training).status).toBe('interrupted');
  expect(await again.training.queue({})).toMatchObject([{ run: waiting, state: 'waiting', held: true }]);
  await again.training.release({});
  await told(again, ofRun(waiting, 'finished'));
  await again.training.continue({ run: training });
  const started = await told(again, ofRun(training, 'started'));
  expect(started).toMatchObject({ resumedFrom: runs.find(training).step });
  await again.training.stop({ run: training });
  await queued(again, (queue) => queue.length === 0);
});

it('A window that goes does not end a training; the next one hears of it', async () => {
  const workbench = workbenchAt(temporaryFolder());
  const first = windowOf(workbench);
  const { run } = await first.training.start({ request: endless });
  await told(first, ofRun(run, 'progress'));
  first.close();
  const next = windowOf(workbench);
  const points = new Promise<{ steps: Float64Array }>((resolve) => {
    next.training.on('points', ({ series }) => resolve(series[0]!));
  });
  expect((await points).steps).toBeInstanceOf(Float64Array);
  const [shown] = await queued(next, ([one]) => one?.progress !== null);
  expect(shown!.progress!.totalSteps).toBeGreaterThan(0);
  await next.training.stop({ run });
  await queued(next, (queue) => queue.length === 0);
});

it('Pausing, going on, and stopping after the epoch', async () => {
  const workbench = workbenchAt(temporaryFolder());
  const window = windowOf(workbench);
  const { run } = await window.training.start({ request: endless });
  await told(window, ofRun(run, 'progress'));
  const paused = told(window, ofRun(run, 'paused'));
  await window.training.pause({ run });
  await paused;
  expect(await window.training.queue({})).toMatchObject([{ state: 'paused' }]);
  const ended = told(window, ofRun(run, 'interrupted'));
  await window.training.stopAfterEpoch({ run, stop: true });
  await window.training.resume({ run });
  expect(await ended).not.toHaveProperty('fault');
  expect(workbench.ports.workspace.runs.find(run).status).toBe('interrupted');
});

it('The console of a run tells what happened', async () => {
  const workbench = workbenchAt(temporaryFolder());
  const window = windowOf(workbench);
  const { run } = await window.training.start({ request });
  await told(window, ofRun(run, 'finished'));
  const lines = workbench.ports.workspace.runLog.lines(run).map(({ level, text }) => `${level}: ${text}`);
  expect(lines[0]).toMatch(/^info: Starts on native, \d+ steps in all/);
  expect(lines.at(-1)).toMatch(/^info: Finished: .*test_accuracy/);
});

it('A training that diverges keeps its fault with what to do', async () => {
  const workbench = workbenchAt(temporaryFolder());
  const window = windowOf(workbench);
  const settings = { epochs: 50, learningRate: 1e6, optimizer: { type: 'sgd' }, schedule: { type: 'constant' } };
  const { run } = await window.training.start({ request: { ...request, data: 'concrete', settings } });
  await told(window, ofRun(run, 'failed'));
  const { fault } = workbench.ports.workspace.runs.find(run);
  expect(fault?.message).toMatch(/lower the learning rate/);
  expect(workbench.ports.workspace.runLog.lines(run).at(-1)!.level).toBe('error');
});

it('A check finds all faults at once, each where it can be mended', async () => {
  const window = windowOf(workbenchAt(temporaryFolder()));
  const model = {
    version: 1,
    name: 'm',
    inputs: [{ id: 'x', shape: [3] }],
    layers: [{ id: 'a', type: 'Nonsense' }],
    outputs: ['a'],
  };
  const settings = { batch: 0, optimizer: { type: 'adam', options: { beta1: 2 } } };
  const { faults } = await window.training.check({ request: { ...request, model, settings } });
  expect(faults.map(({ place }) => place?.path)).toEqual(['settings.batch', 'model']);
  const mended = { ...request, settings: { ...settings, batch: 8, loss: { type: 'nonsense' } } };
  const rest = await window.training.check({ request: mended });
  expect(rest.faults.map(({ place }) => place?.path)).toEqual(['settings.optimizer.options.beta1', 'settings.loss']);
  const none = await window.training.check({ request: { ...request, data: 'nowhere' } });
  expect(none.faults.map(({ place }) => place?.path)).toEqual(['data']);
  await expect(window.training.start({ request: mended })).rejects.toMatchObject({ code: 'option.range' });
});

it('An estimate: steps and parameters, and the time once steps were measured or taken', async () => {
  const workbench = workbenchAt(temporaryFolder());
  const window = windowOf(workbench);
  const before = await window.training.estimate({ request });
  expect(before).toMatchObject({ backend: 'native', seconds: null, basis: null });
  expect(before.totalSteps).toBe(2 * before.stepsPerEpoch);
  expect(before.memory.total).toBe(
    before.memory.parameters +
      before.memory.optimizer +
      before.memory.activations +
      before.memory.data +
      before.memory.runtime,
  );
  const stages: string[] = [];
  const measured = await window.training.estimate(
    { request, measure: true },
    { onProgress: ({ stage }) => stages.push(stage) },
  );
  expect(measured.basis).toBe('measured');
  expect(stages.at(-1)).toBe('timing steps on native');
  const basisOf = async (settings: Record<string, unknown>): Promise<TrainingEstimate['basis']> =>
    (await window.training.estimate({ request: { ...request, settings } })).basis;
  expect(await basisOf({ epochs: 5 })).toBe('earlierRun');
  expect(await basisOf({ epochs: 5, batch: 4 })).toBe('rate');
});

it('A measurement can be cancelled', async () => {
  const window = windowOf(workbenchAt(temporaryFolder()));
  const controller = new AbortController();
  const measuring = window.training.estimate(
    { request, measure: true },
    { signal: controller.signal, onProgress: ({ stage }) => stage.startsWith('timing') && controller.abort() },
  );
  await expect(measuring).rejects.toMatchObject({ code: 'call.cancelled' });
});

it('The curve of the learning rate is that of the trainer, with its warm-up', async () => {
  const window = windowOf(workbenchAt(temporaryFolder()));
  const schedule = { type: 'cosine', options: {}, warmup: { length: 10, unit: 'steps' as const, startFactor: 0 } };
  const curve = await window.training.learningRates({
    schedule,
    learningRate: 1,
    totalSteps: 101,
    stepsPerEpoch: 10,
    points: 101,
  });
  expect(curve.rates[0]).toBe(0);
  expect(curve.rates[10]).toBe(1);
  expect(curve.rates[100]).toBeLessThan(0.001);
});

it('Defaults say whether they come with the example', async () => {
  const window = windowOf(workbenchAt(temporaryFolder()));
  expect(await window.training.defaults({ data: 'penguins' })).toMatchObject({
    fromExample: true,
    task: 'classification',
    settings: { loss: { type: 'crossEntropy' } },
  });
  expect(await window.training.defaults({ data: 'penguins', fineTune: true })).toMatchObject({
    fromExample: false,
    settings: { learningRate: 2e-4 },
  });
});
