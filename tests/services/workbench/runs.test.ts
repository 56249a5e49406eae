// The runs service: changes whoever makes them, undoing a delete, what a trained model does and looks like, tables.
import { readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ServiceHub } from '../../../contract/channel/serveServices.js';
import { unpackCurve } from '../../../contract/packedCurve.js';
import type { Implementation } from '../../../contract/service.js';
import type {
  ConfusionReport,
  PredictedExample,
  RunPage,
  RunRecord,
  runsService,
} from '../../../contract/services/runs.js';
import type { WorkerJob } from '../../../contract/worker.js';
import { startDataWork } from '../../../main/services/datasets/startDataWork.js';
import type { Launch } from '../../../main/services/launcher.js';
import { prepareTraining } from '../../../main/services/prepareTraining.js';
import { train } from '../../../main/services/training.js';
import { Activity } from '../../../main/services/workbench/activity.js';
import type { WorkbenchPorts } from '../../../main/services/workbench/ports.js';
import { chosenExamples, confusionOf } from '../../../main/services/workbench/runPredictions.js';
import { pagesOf } from '../../../main/services/workbench/runPages.js';
import { differencesOf } from '../../../main/services/workbench/runDifferences.js';
import { makeRunsService } from '../../../main/services/workbench/runs.js';
import { openWorkspace, type Workspace } from '../../../main/store/workspace.js';
import { exportHost } from '../../../workers/exportHost.node.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { JobControl } from '../../../workers/jobControl.js';
import { sessionDriver } from '../../../workers/sessionDriver.js';
import { answerForModel } from '../../../workers/trainedJobs.js';
import { makeTrainer } from '../../../workers/trainer.js';
import { addRuns, madeUpRun } from '../../bench/manyRuns.js';
import { newRun } from '../store/newRun.js';
import { temporaryFolder } from '../store/temporaryFolder.js';

const driver = sessionDriver({ backend: ortNative, load: { threads: 1, choices: {} } });
let launched: string[] = [];

/** A worker that is no process: it does its job here. */
const here: Launch = () => {
  const control = new JobControl();
  let tell: (message: unknown) => void = () => undefined;
  let exit: (how: { code: number; signal: null }) => void = () => undefined;
  const send = (event: unknown): Promise<void> => {
    tell({ type: 'event', event });
    return Promise.resolve();
  };
  const { stopped, paused, changed } = control;
  const work = async (job: WorkerJob): Promise<unknown> => {
    launched.push(job.kind);
    if (job.kind !== 'train')
      return answerForModel(job, {
        pick: () => Promise.resolve(ortNative),
        channel: { send, stopped, paused, changed },
        exportHost,
      });
    const trainer = await makeTrainer({ job, driver, send, stopped, pause: control });
    await trainer.run();
    await trainer.dispose();
    return null;
  };
  return {
    send: (message) => {
      if (message.type !== 'start') control.hear(message.type);
      else
        void work(message.job).then((result) => {
          tell({ type: 'result', result });
          exit({ code: 0, signal: null });
        });
    },
    onMessage: (listener) => (tell = listener),
    exited: new Promise((resolve) => (exit = resolve)),
    kill: () => undefined,
  };
};

interface Opened {
  readonly workspace: Workspace;
  readonly service: Implementation<typeof runsService>;
  /** What windows were told. */
  readonly told: { runs: readonly RunRecord[]; removed: readonly string[] }[];
  readonly close: () => Promise<void>;
}

function open(folder: string): Opened {
  const workspace = openWorkspace(folder, { create: true });
  const hub = new ServiceHub();
  const told: Opened['told'] = [];
  hub.connect({
    send: (message) => {
      if (message.type === 'event') told.push(message.value as Opened['told'][number]);
    },
    onMessage: () => undefined,
    onClose: () => undefined,
  });
  const closers: (() => void | Promise<void>)[] = [];
  const ports: WorkbenchPorts = {
    workspace,
    dataWork: startDataWork({ workspace: workspace.path }).client,
    hub,
    launch: here,
    launchInWindow: () => undefined,
    windowGpu: () => undefined,
    log: () => undefined,
    host: 'loopback',
    version: '0',
    resources: () => undefined,
    temporaryFolder: () => folder,
    activity: new Activity(),
    closing: new AbortController().signal,
    beforeClose: (work) => void closers.push(work),
  };
  const service = makeRunsService(ports);
  const close = async (): Promise<void> => {
    for (const work of closers) await work();
    workspace.close();
  };
  return { workspace, service, told, close };
}

const context = { signal: new AbortController().signal, progress: () => undefined, caller: 'test' };
const changed = (opened: Opened, run: string): Promise<RunRecord> =>
  expect
    .poll(() => opened.told.flatMap(({ runs }) => runs).findLast((record) => record.run === run), { timeout: 5000 })
    .toBeDefined()
    .then(() => opened.told.flatMap(({ runs }) => runs).findLast((record) => record.run === run)!);

describe('The table of runs', () => {
  it('is as it was written, the newest first', () => {
    const opened = open(join(temporaryFolder(), 'w'));
    const ids = addRuns(opened.workspace, 300);
    const list = opened.workspace.runs.list();
    expect(list.map(({ run }) => run)).toEqual(ids);
    expect(list[7]).toEqual({ ...madeUpRun(7), run: ids[7], notes: '', archived: false });
    expect(opened.workspace.runs.find(ids[7]!)).toEqual(list[7]);
    return opened.close();
  });

  it('comes in pages, without a run twice or none, though runs were made at the same time', async () => {
    const { workspace, service, close } = open(join(temporaryFolder(), 'w'));
    addRuns(workspace, 5);
    const created = '2026-11-02T00:00:00.000Z';
    for (const run of ['twin-b', 'twin-a', 'twin-c']) workspace.runs.insert({ ...madeUpRun(9), run, created }, {});
    const whole = await service.list({}, context);
    const pages = [...pagesOf(workspace.runs, { first: 2, further: 2 })];
    expect(pages.flat()).toEqual(whole);
    expect(whole).toHaveLength(8);
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 2, 2, 0]);
    await close();
  });

  it('is told in pages with the count of all, in between others have their turn, and a caller who goes ends it', async () => {
    const { workspace, service, close } = open(join(temporaryFolder(), 'w'));
    const ids = addRuns(workspace, 800);
    workspace.runs.setArchived(ids.slice(0, 3), true);
    const told: RunPage[] = [];
    const between: number[] = [];
    const all = service.pages({}, { ...context, progress: (page) => void told.push(page) });
    setImmediate(() => between.push(told.length));
    await all;
    expect(told.flatMap(({ runs }) => runs.map(({ run }) => run))).toEqual(ids);
    expect(told.map(({ count }) => count)).toEqual(told.map(() => ({ all: 800, archived: 3 })));
    expect(between[0]).toBeLessThan(told.length);
    const gone = new AbortController();
    const heard: RunPage[] = [];
    const progress = (page: RunPage): void => {
      heard.push(page);
      gone.abort();
    };
    await expect(service.pages({}, { ...context, signal: gone.signal, progress })).rejects.toThrow();
    expect(heard).toHaveLength(1);
    await close();
  });

  it('tells changes of another process on the same workspace, and what became of their tags', async () => {
    const folder = join(temporaryFolder(), 'w');
    const opened = open(folder);
    onTestFinished(opened.close);
    const other = openWorkspace(folder, { create: false });
    const run = other.runs.create(newRun);
    other.runs.tag(run, 'sweep');
    other.runs.setParameters(run, { batch: 32 });
    const record = await changed(opened, run);
    expect(record).toMatchObject({ name: 'digits', status: 'queued' });
    await expect.poll(() => opened.told.at(-1)?.runs[0]).toMatchObject({ tags: ['sweep'], parameters: { batch: 32 } });
    other.removeRun(run);
    await expect.poll(() => opened.told.at(-1)?.removed).toEqual([run]);
    other.close();
  });

  it('keeps names, notes, tags and the archive', async () => {
    const { workspace, service, told, close } = open(join(temporaryFolder(), 'w'));
    const [first, second] = addRuns(workspace, 2) as [string, string];
    await service.rename({ run: first, name: 'Baseline' }, context);
    await service.setNotes({ run: first, notes: 'two layers' }, context);
    await service.setTags({ runs: [first, second], add: ['x', 'y'], remove: ['baseline'] }, context);
    await service.archive({ runs: [second], archived: true }, context);
    expect(workspace.runs.find(first)).toMatchObject({ name: 'Baseline', notes: 'two layers', tags: ['x', 'y'] });
    expect(workspace.runs.find(second)).toMatchObject({ archived: true, tags: ['x', 'y'] });
    expect(told.at(-1)?.runs.map(({ run }) => run)).toEqual([second]);
    expect(() => service.rename({ run: 'none', name: 'a' }, context)).toThrow(
      expect.objectContaining({ code: 'run.notFound' }),
    );
    await close();
  });

  it('takes a delete back until the workspace is closed, and removes the files only then', async () => {
    const folder = join(temporaryFolder(), 'w');
    const opened = open(folder);
    const { workspace, service, told } = opened;
    const [first, second, third] = addRuns(workspace, 3) as [string, string, string];
    for (const run of [first, second, third])
      await workspace.checkpoints(run).save({ step: 1, epoch: 1, tensors: [], trainer: {} }, { keep: 1, best: true });
    await service.remove({ runs: [first, second] }, context);
    expect(told.at(-1)?.removed).toEqual([first, second]);
    expect(workspace.runs.list().map(({ run }) => run)).toEqual([third]);
    expect(() => workspace.runs.find(first)).toThrow(expect.objectContaining({ code: 'run.notFound' }));
    await service.restore({ runs: [first] }, context);
    expect(workspace.runs.list().map(({ run }) => run)).toEqual([first, third]);
    expect(existsSync(workspace.runFolder(second))).toBe(true);
    const removedFolder = workspace.runFolder(second);
    await opened.close();
    expect(existsSync(removedFolder)).toBe(false);
    const again = open(folder);
    expect(again.workspace.runs.list().map(({ run }) => run)).toEqual([first, third]);
    expect(await again.workspace.checkpoints(first).steps()).toEqual([1]);
    await again.close();
  });

  it('refuses to delete a run that is being trained', async () => {
    const { workspace, service, close } = open(join(temporaryFolder(), 'w'));
    const run = workspace.runs.create(newRun);
    workspace.runs.claim(run);
    expect(() => service.remove({ runs: [run] }, context)).toThrow(expect.objectContaining({ code: 'run.busy' }));
    await close();
  });
});

describe('What a trained model does', () => {
  it('is computed once, kept, and agrees with its metrics; weights and gradients spread over its checkpoints', async () => {
    const opened = open(join(temporaryFolder(), 'w'));
    const { workspace, service } = opened;
    onTestFinished(opened.close);
    const ports = { workspace, launch: here, prepare: prepareTraining };
    const request = { data: 'penguins', seed: 3, backend: 'native' as const, epochs: 2 };
    const { run } = await train(ports, request, { onEvent: () => undefined });
    launched = [];

    const confusion = await service.confusion({ run, split: 'test' }, context);
    const ask = { run, split: 'test' as const, wrong: false, order: 'loss' as const, from: 0, count: 1000 };
    const { total, examples } = await service.predictions(ask, context);
    expect(launched).toEqual(['examine']);
    expect(total).toBe(69);
    checkAgreement(confusion, examples, workspace.runs.find(run).metrics);

    const again = open(workspace.path);
    expect(await again.service.confusion({ run, split: 'test' }, context)).toEqual(confusion);
    expect(launched).toEqual(['examine']);
    await again.close();

    const tensors = await service.tensors({ run }, context);
    const weight = tensors.find(({ kind, shape }) => kind === 'parameter' && shape.length === 2)!;
    const elements = weight.shape.reduce((product, length) => product * length, 1);
    for (const of of ['weights', 'gradients'] as const) {
      const { steps, edges, counts } = await service.histogram({ run, tensor: weight.name, of, bins: 60 }, context);
      expect(edges).toHaveLength(61);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(elements * steps.length);
    }
    expect(launched).toEqual(['examine', 'gradients']);
    await service.histogram({ run, tensor: weight.name, of: 'gradients', bins: 20 }, context);
    expect(launched).toEqual(['examine', 'gradients']);

    const details = await service.details({ run }, context);
    expect(details.classes).toHaveLength(3);
    expect(details.files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['spec.json', 'gradients.safetensors', join('predictions', 'test.safetensors')]),
    );
    const query = { series: [{ run, name: 'train_loss' }], width: 1000, scale: 'linear' as const };
    const { steps, epochs } = unpackCurve((await service.curves(query, context))[0]!);
    const stepsPerEpoch = Math.ceil(241 / Number(details.parameters.batch));
    expect(epochs.at(-1)).toBe(steps.at(-1)! / stepsPerEpoch);
    expect(epochs.at(-1)).toBe(2);
  });
});

function checkAgreement(
  { counts, classes }: ConfusionReport,
  examples: readonly PredictedExample[],
  metrics: RunRecord['metrics'],
): void {
  expect(classes).toHaveLength(3);
  const right = examples.filter(({ actual, predicted }) => actual === predicted).length;
  expect(counts[0]! + counts[4]! + counts[8]!).toBe(right);
  expect(right / examples.length).toBeCloseTo(metrics.test_accuracy!, 6);
  const losses = examples.map(({ loss }) => loss!);
  expect(losses).toEqual([...losses].sort((one, other) => other - one));
  expect(losses.reduce((sum, loss) => sum + loss, 0) / losses.length).toBeCloseTo(metrics.test_loss!, 4);
  for (const { loss, actual, likeliest } of examples) {
    const said = likeliest.find((one) => one.class === actual);
    if (said) expect(Math.exp(-loss!)).toBeCloseTo(said.probability, 4);
  }
}

describe('Predictions', () => {
  const found = {
    kind: 'class' as const,
    width: 1,
    examples: Int32Array.of(10, 11, 12, 13),
    actual: Float64Array.of(0, 1, 1, 2),
    predicted: Float64Array.of(0, 0, 1, 0),
    loss: Float32Array.of(0.1, 2, 0.5, NaN),
    topCount: 1,
    topClasses: Int32Array.of(0, 0, 1, 0),
    topScores: Float32Array.of(0.9, 0.8, 0.6, 0.5),
  };
  const query = { wrong: false, order: 'loss' as const };

  it('come worst first, a loss that is no number before all', () => {
    expect([...chosenExamples(found, query)]).toEqual([3, 1, 2, 0]);
    expect([...chosenExamples(found, { ...query, order: 'confidence' })]).toEqual([0, 1, 2, 3]);
    expect([...chosenExamples(found, { ...query, order: 'data' })]).toEqual([0, 1, 2, 3]);
  });

  it('can be those of one cell, or the wrong ones', () => {
    expect([...chosenExamples(found, { ...query, wrong: true })]).toEqual([3, 1]);
    expect([...chosenExamples(found, { ...query, actual: 1, predicted: 0 })]).toEqual([1]);
  });

  it('add up to a confusion matrix: rows are true, columns predicted', () => {
    const { counts, broken } = confusionOf(found, 3);
    expect([...counts]).toEqual([1, 0, 0, 1, 1, 0, 1, 0, 0]);
    expect(broken).toBe(0);
  });

  it('that are no numbers are wrong, and in no cell', () => {
    const diverged = { ...found, topScores: Float32Array.of(NaN, 0.8, 0.6, 0.5) };
    const { counts, broken } = confusionOf(diverged, 3);
    expect([...counts]).toEqual([0, 0, 0, 1, 1, 0, 1, 0, 0]);
    expect(broken).toBe(1);
    expect([...chosenExamples(diverged, { ...query, wrong: true })]).toEqual([3, 1, 0]);
    expect([...chosenExamples(diverged, { ...query, actual: 0, predicted: 0 })]).toEqual([]);
  });
});

describe('What differs', () => {
  it('is told once, by layer, and not what is alike', () => {
    const runs = [0, 1].map((index) => ({
      ...madeUpRun(index),
      data: 'd',
      model: 'm',
      backend: 'b',
      seed: 0,
      notes: '',
      archived: false,
    }));
    const alike = runs.map((run, index) => ({
      ...run,
      parameters: { learningRate: index === 0 ? 0.1 : 0.2, batch: 32, optimizer: index === 0 ? 'sgd' : 'adam' },
    }));
    const specification = (rate: number, units: number, optimizer: string) => ({
      model: {
        layers: [
          { id: 'in', type: 'Dense', options: { units } },
          { id: 'out', type: 'Dense' },
        ],
      },
      training: { learningRate: rate, batch: 32, optimizer: { type: optimizer } },
    });
    expect(differencesOf(alike, [specification(0.1, 16, 'sgd'), specification(0.2, 32, 'adam')]).rows).toEqual([
      { name: 'learningRate', values: [0.1, 0.2] },
      { name: 'optimizer', values: ['sgd', 'adam'] },
      { name: 'model.layers.in.options.units', values: [16, 32] },
    ]);
  });
});

describe('Tables', () => {
  it('hold a row for each run, or for each logged point', async () => {
    const { workspace, service, close } = open(join(temporaryFolder(), 'w'));
    const [first, second] = addRuns(workspace, 2) as [string, string];
    await service.rename({ run: first, name: 'with, "quotes"' }, context);
    const writer = workspace.metricWriter(second);
    for (const [step, value] of [0.5, NaN, 0.25].entries()) writer.addAt('loss', { step, time: 1000 * step, value });
    writer.close();
    const table = await service.exportCsv({ runs: [second, first], content: 'table' }, context);
    const lines = readFileSync(table.path, 'utf8').trim().split('\r\n');
    expect(table.rows).toBe(2);
    expect(lines[1]).toContain(second);
    expect(lines[2]).toContain('"with, ""quotes"""');
    const path = join(workspace.path, 'points.csv');
    expect(await service.exportCsv({ runs: [second], content: 'metrics', path }, context)).toEqual({ path, rows: 3 });
    expect(readFileSync(path, 'utf8').split('\r\n')[2]).toMatch(/,loss,1,.*Z,$/);
    await close();
  });
});
