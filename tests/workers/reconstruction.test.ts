// An autoencoder on the native backend, from batches to files: it learns, resumes, tells what it made of each example, and is exported.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckpointFrame } from '../../contract/tensorFrame.js';
import { augmentExamples } from '../../engine/data/augment/augmentExamples.js';
import { BatchPlan } from '../../engine/data/batches.js';
import { reconstructing } from '../../engine/data/reconstruction.js';
import { decodePage } from '../../engine/exporters/pageSource.js';
import { decodeModel } from '../../engine/onnx/decode.js';
import { augmentedTrainingOf } from '../../engine/training/augmentedTraining.js';
import { checkTraining } from '../../engine/training/checkTraining.js';
import { defaultAutoencoder, defaultSettings } from '../../engine/training/defaults.js';
import { trainSettingsSchema } from '../../engine/training/settings.js';
import type { TrainingData } from '../../engine/training/trainingData.js';
import { loadDataSet } from '../../main/services/datasets/loadDataSet.js';
import { ortNative } from '../../workers/backends/ortNative.node.js';
import { batchesHere, type BatchRequest, type BatchSource } from '../../workers/batchSource.js';
import { runExamine } from '../../workers/examineJob.js';
import { runEvaluate, runPredict } from '../../workers/modelJobs.js';
import { ThreadedBatches } from '../../workers/threadedBatches.node.js';
import { buildBatchThread, type BuiltThread } from './batchThread.js';
import { exportHere, type TrainedHere } from './exportHere.js';
import { trainHere, type Told } from './rings.js';

const noise = { transforms: [{ type: 'flip' }, { type: 'noise' }, { type: 'erase' }] };

async function autoencoder(name: string, changes: Record<string, unknown> = {}): Promise<TrainingData> {
  const { dataSet, preprocessing: fitted, split: whole } = await loadDataSet(name);
  // Augmentation takes its time.
  const some = (part: Int32Array): Int32Array => (changes.augmentation ? part.filter((_, at) => at % 8 === 0) : part);
  const split = { ...whole, train: some(whole.train), val: some(whole.val), test: some(whole.test) };
  const preprocessing = reconstructing(fitted);
  const settings = trainSettingsSchema.parse({
    ...defaultSettings({ kind: dataSet.kind, task: 'reconstruction' }, split.train.length),
    epochs: name === 'digits' ? 4 : 40,
    ...changes,
  });
  const data = { dataSet, preprocessing, split, settings, spec: defaultAutoencoder(name, preprocessing) };
  checkTraining(data);
  return data;
}

function bytesOf({ tensors }: CheckpointFrame): Buffer[] {
  return tensors.map(({ tensor: { data } }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
}

describe.each(['digits', 'penguins'])('An autoencoder of %s', (name) => {
  let data: TrainingData;
  let told: Told;
  let trained: TrainedHere;
  const session = { threads: 1 };

  beforeAll(async () => {
    data = await autoencoder(name);
    told = await trainHere(data);
    trained = {
      request: { data: name, seed: 7, backend: 'native' },
      data,
      checkpoint: told.last('checkpoint').checkpoint,
    };
  });

  it('learns to give its input again', () => {
    const losses = told.events.flatMap((event) => (event.type === 'epoch' ? [event.metrics.val_loss!] : []));
    // All inputs are standardised: a model that gives the mean has a loss of about 1.
    expect(losses.at(-1)).toBeLessThan(0.55);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
  });

  it('tells how far off each example is, in agreement with the metrics', async () => {
    const job = { kind: 'examine', ...trained, split: 'test' } as const;
    const found = await runExamine(job, ortNative, session, { send: () => Promise.resolve(), stopped: () => false });
    const { test_rmse: rmse } = (await runEvaluate(
      { kind: 'evaluate', ...trained, splits: ['test'] },
      ortNative,
      session,
    )) as { test_rmse: number };
    expect(found.kind).toBe('input');
    const mean = found.predicted.reduce((sum, error) => sum + error ** 2, 0) / found.predicted.length;
    expect(Math.sqrt(mean) / rmse).toBeCloseTo(1, 4);
    const { places, inputs, outputs } = found.reconstructions!;
    expect(places).toHaveLength(data.split.test.length);
    expect(outputs).toHaveLength(inputs.length);
    if (name !== 'digits') return;
    const column = data.dataSet.columns.find((one) => one.type === 'array')!;
    const example = found.examples[3]!;
    const size = 400;
    expect(inputs.slice(3 * size, 4 * size)).toEqual(
      (column.data as Uint8Array).slice(example * size, (example + 1) * size),
    );
  });

  it('gives a reconstruction for a row', async () => {
    const row =
      name === 'digits'
        ? { [data.dataSet.inputs[0]!]: new Array<number>(400).fill(128) }
        : { bill_length_mm: 40, sex: 'male' };
    const job = { kind: 'predict', ...trained, rows: [{ name: 'one', row }] } as const;
    const [made] = await runPredict(job, ortNative, session);
    expect(made!.label).toBeGreaterThan(0);
    if (name === 'digits') expect(made!.reconstruction).toHaveLength(400);
    else
      expect(made!.reconstruction).toMatchObject({
        sex: expect.any(String) as string,
        bill_length_mm: expect.any(Number) as number,
      });
  });

  it.each([{}, { preprocessing: true }, { precision: 'float16' }])('is the same as ONNX with %o', async (options) => {
    const { check, bytes } = await exportHere(trained, 'onnx', options);
    expect(check).toMatchObject({ kind: 'compared', examples: 64, decisions: null });
    expect(decodeModel(bytes).metadata['descent.preprocessing']).toContain('"kind":"input"');
  });

  it('is the same as weights, as a page and as source', async () => {
    expect((await exportHere(trained, 'safetensors')).check.kind).toBe('identical');
    const page = await exportHere(trained, 'html');
    expect(page.check).toMatchObject({ kind: 'compared', examples: 64 });
    const { content } = decodePage(page.bytes);
    expect(content.examples[0]).toMatchObject({ actual: null });
    const { target } = data.preprocessing;
    const size = target.kind === 'input' ? target.shape.reduce((product, dim) => product * dim) : 0;
    expect(content.examples[0]!.expected).toHaveLength(size);
    const source = new TextDecoder().decode((await exportHere(trained, 'pytorch')).bytes);
    expect(source).toContain('reconstruction = output * TARGET_STD + TARGET_MEAN');
  });
});

describe('A denoising autoencoder', () => {
  let thread: BuiltThread;
  let data: TrainingData;
  let whole: Told;
  beforeAll(async () => {
    thread = await buildBatchThread();
    data = await autoencoder('digits', { epochs: 2, augmentation: noise });
    whole = await trainHere(data);
  });
  afterAll(() => thread.remove());

  it.each([1, 3])('resumes bit-equal after a stop at step %i', async (stopAfter) => {
    const first = await trainHere(data, { stopAfter });
    const second = await trainHere(data, { resume: structuredClone(first.last('checkpoint').checkpoint) });
    expect(bytesOf(second.last('checkpoint').checkpoint)).toEqual(bytesOf(whole.last('checkpoint').checkpoint));
    expect(second.last('epoch').metrics).toEqual(whole.last('epoch').metrics);
  });

  it.each([
    ['corrupted', noise],
    ['as they are', undefined],
  ])('has the same batches here and from a thread, %s', async (_name, augmentation) => {
    const data = await autoencoder('digits', { augmentation });
    const [here, there] = await Promise.all([
      batchesOf(batchesHere(requestOf(data))),
      batchesOf(new ThreadedBatches(requestOf(data), thread.entry)),
    ]);
    expect(there).toEqual(here);
    const [{ x, target }] = here as [Record<string, Buffer>];
    expect(x!.equals(target!)).toBe(augmentation === undefined);
  });
});

function requestOf(data: TrainingData): BatchRequest {
  const augmented = augmentedTrainingOf(data, 5);
  const examples = augmentExamples(data.dataSet, data.preprocessing, augmented);
  const plan = new BatchPlan({ examples: data.split.train, batchSize: 24, seed: 5, shuffle: true });
  return { data, examples, augmented, plan, step: 0, random: [], seed: 5 };
}

async function batchesOf(source: BatchSource): Promise<Record<string, Buffer>[]> {
  const all: Record<string, Buffer>[] = [];
  for (let step = 0; step < 4; step++) {
    const { tensors } = await source.next();
    const entries = Object.entries(tensors).map(([name, { data }]) => [
      name,
      Buffer.from(Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
    ]);
    all.push(Object.fromEntries(entries) as Record<string, Buffer>);
  }
  await source.dispose();
  return all;
}
