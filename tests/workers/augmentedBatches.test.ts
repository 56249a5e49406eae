// Augmented batches: the same bits from the trainer's own source, from its thread and in a preview; resumed and replayed exactly.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { augmentExamples, imageFormatOf, readStored } from '../../engine/data/augment/augmentExamples.js';
import { previewAugmentation, previewSources } from '../../engine/data/augment/previewAugmentation.js';
import { augmentationSchema } from '../../engine/data/augment/pipeline.js';
import { BatchPlan } from '../../engine/data/batches.js';
import { findColumn, type ArrayColumn } from '../../engine/data/dataSet.js';
import type { Tensor } from '../../engine/ir/tensor.js';
import { augmentedTrainingOf } from '../../engine/training/augmentedTraining.js';
import { checkTraining } from '../../engine/training/checkTraining.js';
import { defaultModel, defaultSettings } from '../../engine/training/defaults.js';
import { trainSettingsSchema } from '../../engine/training/settings.js';
import type { TrainingData } from '../../engine/training/trainingData.js';
import { loadDataSet } from '../../main/services/datasets/loadDataSet.js';
import { applyPreprocessing } from '../../engine/data/exampleSet.js';
import { batchesHere, type BatchRequest, type BatchSource } from '../../workers/batchSource.js';
import { ThreadedBatches } from '../../workers/threadedBatches.node.js';
import { augmentation, digits } from './augmentedDigits.js';
import { buildBatchThread, type BuiltThread } from './batchThread.js';
import { trainHere } from './rings.js';

const seed = 5;

let thread: BuiltThread;
beforeAll(async () => {
  thread = await buildBatchThread();
});
afterAll(() => thread.remove());

function requestOf(data: TrainingData, step: number): BatchRequest {
  const augmented = augmentedTrainingOf(data, seed);
  const examples = augmentExamples(data.dataSet, data.preprocessing, augmented);
  const plan = new BatchPlan({ examples: data.split.train, batchSize: 24, seed, shuffle: true });
  return { data, examples, augmented, plan, step, random: [], seed };
}

const bytes = ({ data }: Tensor): Buffer => Buffer.from(Buffer.from(data.buffer, data.byteOffset, data.byteLength));

async function bytesOf(source: BatchSource, steps: number): Promise<Record<string, Buffer>[]> {
  const all: Record<string, Buffer>[] = [];
  for (let step = 0; step < steps; step++) {
    const { tensors } = await source.next();
    all.push(Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, bytes(tensor)])));
  }
  await source.dispose();
  return all;
}

describe('Augmented batches', () => {
  it('are the same bits here and from a thread, from the start and from the middle of an epoch', async () => {
    const data = await digits();
    const here = await bytesOf(batchesHere(requestOf(data, 0)), 12);
    expect(await bytesOf(new ThreadedBatches(requestOf(data, 0), thread.entry), 12)).toEqual(here);
    expect(await bytesOf(batchesHere(requestOf(data, 7)), 5)).toEqual(here.slice(7));
    expect(here[0]).not.toEqual(here[5]);
  });

  it('are, to the bit, what the preview shows of their examples', async () => {
    const data = await digits();
    const { dataSet, preprocessing, split } = data;
    const column = findColumn(dataSet, dataSet.inputs[0]!) as ArrayColumn;
    const [transform] = preprocessing.inputs;
    if (transform?.kind !== 'array') throw new Error('digits are images');
    const request = requestOf(data, 0);
    const source = batchesHere(request);
    const factor = transform.scale / transform.std[0]!;
    const offset = -transform.mean[0]! / transform.std[0]!;
    for (let step = 0; step < 10; step++) {
      const epoch = Math.floor(step / request.plan.stepsPerEpoch);
      const { examples } = request.plan.at(epoch, step % request.plan.stepsPerEpoch);
      const images = { format: imageFormatOf(column), read: readStored(column) };
      const pixels = previewAugmentation(images, augmentation, { seed, epoch, examples, partners: split.train });
      const { tensors } = await source.next();
      const shown = pixels.map((value) => value * factor + offset);
      expect(Buffer.from(shown.buffer).equals(bytes(tensors[transform.input]!))).toBe(true);
    }
  });

  it('carry the classes of all examples that an image was made of', async () => {
    const data = await digits();
    const request = requestOf(data, 0);
    const { tensors } = await batchesHere(request).next();
    const { examples } = request.plan.at(0, 0);
    const target = findColumn(data.dataSet, data.dataSet.target);
    if (target?.type !== 'category') throw new Error('digits have classes');
    const column = findColumn(data.dataSet, data.dataSet.inputs[0]!) as ArrayColumn;
    const sources = previewSources(imageFormatOf(column), augmentation, {
      seed,
      epoch: 0,
      examples,
      partners: data.split.train,
    });
    expect(tensors.target!.shape).toEqual([24, 10]);
    const expected = new Float32Array(240);
    sources.forEach((list, at) =>
      list.forEach(({ example, weight }) => (expected[at * 10 + target.codes[example]!]! += weight)),
    );
    expect([...(tensors.target!.data as Float32Array)]).toEqual([...expected]);
    expect(sources.some((list) => list.length > 1)).toBe(true);
  });

  it('with nothing to do are the bits of plain ones', async () => {
    const data = await digits({
      augmentation: augmentationSchema.parse({ transforms: [{ type: 'flip', probability: 0 }] }),
    });
    const plain = await digits({ augmentation: undefined });
    expect(await bytesOf(batchesHere(requestOf(data, 0)), 3)).toEqual(
      await bytesOf(batchesHere(requestOf(plain, 0)), 3),
    );
  });
});

describe('An augmented training', () => {
  it('resumes to the bits of one that was not stopped, and evaluates the examples as they are', async () => {
    const data = await digits();
    checkTraining(data);
    const whole = await trainHere(data);
    const stopped = await trainHere(data, { stopAfter: 7 });
    const resumed = await trainHere(data, { resume: structuredClone(stopped.last('checkpoint').checkpoint) });
    const tensorsOf = (told: typeof whole) =>
      told.last('checkpoint').checkpoint.tensors.map(({ name, tensor }) => [name, bytes(tensor as Tensor)]);
    expect(tensorsOf(resumed)).toEqual(tensorsOf(whole));
    expect(resumed.last('finished').metrics).toEqual(whole.last('finished').metrics);
  });

  it('keeps its pipeline in the specification of the run', async () => {
    const told = await trainHere(await digits({ epochs: 0.25 }));
    const specification = told.events.find((event) => event.type === 'file' && event.name === 'spec.json');
    if (specification?.type !== 'file') throw new Error('no specification');
    const { training } = JSON.parse(new TextDecoder().decode(specification.bytes)) as {
      training: { augmentation: unknown };
    };
    expect(training.augmentation).toEqual(augmentation);
  });

  it('of numbers mixes them as numbers', async () => {
    const data = await digits();
    const { dataSet } = data;
    const target = findColumn(dataSet, dataSet.target);
    if (target?.type !== 'category') throw new Error('digits have classes');
    const values = Float64Array.from(target.codes);
    const numbers: TrainingData = {
      ...data,
      dataSet: {
        ...dataSet,
        task: 'regression',
        columns: [
          ...dataSet.columns.filter(({ name }) => name !== target.name),
          { type: 'number', name: target.name, values },
        ],
      },
      preprocessing: { ...data.preprocessing, target: { kind: 'value', column: target.name, mean: 4.5, std: 3 } },
      settings: { ...data.settings, loss: { type: 'meanSquaredError', options: {} }, metrics: [] },
    };
    const { tensors } = await batchesHere(requestOf(numbers, 0)).next();
    expect(tensors.target!.shape).toEqual([24, 1]);
    const inUnits = Array.from(tensors.target!.data as Float32Array, (value) => value * 3 + 4.5);
    expect(inUnits.some((value) => Math.abs(value - Math.round(value)) > 0.01)).toBe(true);
    expect(inUnits.every((value) => value > -0.01 && value < 9.01)).toBe(true);
  });

  it('is refused where there are no images, or classes cannot be mixed', async () => {
    const { dataSet, preprocessing, split } = await loadDataSet('penguins');
    const settings = trainSettingsSchema.parse({ ...defaultSettings(dataSet, 200), augmentation });
    const spec = defaultModel(dataSet, applyPreprocessing(dataSet, preprocessing), preprocessing);
    expect(() => checkTraining({ preprocessing, settings, spec, dataSet, split } as TrainingData)).toThrow(
      expect.objectContaining({ code: 'augment.images' }),
    );
    const hinge = await digits({ loss: { type: 'multiClassHinge' } });
    expect(() => checkTraining(hinge)).toThrow(expect.objectContaining({ code: 'augment.target' }));
    const unmixed = { transforms: [{ type: 'flip' }] };
    expect(() =>
      checkTraining({ ...hinge, settings: { ...hinge.settings, augmentation: augmentationSchema.parse(unmixed) } }),
    ).not.toThrow();
  });
});
