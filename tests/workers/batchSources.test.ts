// Batches prepared in a thread are, to the bit, those prepared here; they share the data set and give buffers back.
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckpointFrame } from '../../contract/tensorFrame.js';
import { BatchPlan } from '../../engine/data/batches.js';
import { applyPreprocessing } from '../../engine/data/exampleSet.js';
import type { RandomField } from '../../engine/training/stepGraph.js';
import { drawRandom } from '../../engine/training/stepFeeds.js';
import { loadDataSet } from '../../main/services/datasets/loadDataSet.js';
import { batchesHere, preparationTime, type BatchRequest } from '../../workers/batchSource.js';
import { shareColumns } from '../../workers/shareColumns.js';
import { preparedBatches, ThreadedBatches } from '../../workers/threadedBatches.node.js';
import { buildBatchThread, type BuiltThread } from './batchThread.js';
import { rings, trainHere } from './rings.js';

let thread: BuiltThread;
beforeAll(async () => {
  thread = await buildBatchThread();
});
afterAll(() => thread.remove());

const random: readonly RandomField[] = [
  { name: 'random/drop', distribution: 'uniform', shape: [33, 7] },
  { name: 'random/noise', distribution: 'normal', shape: [5] },
];

async function request(name: string, step: number, batchSize = 33): Promise<BatchRequest> {
  const { dataSet, preprocessing, split } = await loadDataSet(name);
  shareColumns(dataSet);
  const weights = Float32Array.from({ length: dataSet.count }, (_, example) => 1 + (example % 3));
  const examples = split.train.subarray(0, 150);
  return {
    data: { dataSet, preprocessing },
    examples: applyPreprocessing(dataSet, preprocessing),
    plan: new BatchPlan({ examples, batchSize, seed: 11, shuffle: true, weights }),
    step,
    random,
    seed: 11,
  };
}

const bytes = ({ data }: { readonly data: ArrayBufferView }): Buffer =>
  Buffer.from(Buffer.from(data.buffer, data.byteOffset, data.byteLength));

const trainingBytes = (frame: CheckpointFrame): Map<string, Buffer> =>
  new Map(frame.tensors.map(({ name, tensor }) => [name, bytes(tensor)]));

describe('Batches from a thread', () => {
  it.each([
    ['digits', 0],
    ['penguins', 7],
    ['names', 3],
    ['novel', 14],
  ])('%s from step %i on: the same bits as here, over three epochs', async (name, step) => {
    const asked = await request(name, step);
    const threaded = new ThreadedBatches(asked, thread.entry);
    const here = batchesHere(asked);
    for (let at = step; at < step + 15; at++) {
      const [there, expected] = [await threaded.next(), await here.next()];
      expect(there.filled).toBe(expected.filled);
      for (const [key, tensor] of Object.entries(expected.tensors)) {
        expect(there.tensors[key]!.shape).toEqual(tensor.shape);
        expect(bytes(there.tensors[key]!).equals(bytes(tensor)), `${key} of step ${at}`).toBe(true);
      }
      for (const field of random)
        expect(bytes(there.tensors[field.name]!).equals(bytes(drawRandom(field, { seed: 11, step: at + 1 })))).toBe(
          true,
        );
    }
    await threaded.dispose();
  });

  it('train to the same bits, and resume to them', async () => {
    const batches = (asked: BatchRequest): ThreadedBatches => new ThreadedBatches(asked, thread.entry);
    const here = (await trainHere(rings())).last('checkpoint').checkpoint;
    const stopped = await trainHere(rings(), { batches, stopAfter: 17 });
    const resume = structuredClone(stopped.last('checkpoint').checkpoint);
    const resumed = await trainHere(rings(), { batches, resume });
    expect(trainingBytes(resumed.last('checkpoint').checkpoint)).toEqual(trainingBytes(here));
  });

  it('go round in three buffers, that are theirs until the next one', async () => {
    const asked = await request('digits', 0);
    const threaded = new ThreadedBatches(asked, thread.entry);
    const first = await threaded.next();
    const kept = bytes(first.tensors.x!);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(bytes(first.tensors.x!).equals(kept)).toBe(true);
    await threaded.next();
    // Given back: the memory has left this thread.
    expect(first.tensors.x!.data.length).toBe(0);
    await threaded.dispose();
  });

  it('tell when the thread fails, rather than wait for ever', async () => {
    const broken = join(dirname(thread.entry), 'broken.mjs');
    await writeFile(broken, "throw new Error('no memory left');\n");
    const threaded = new ThreadedBatches(await request('penguins', 0), broken);
    await expect(threaded.next()).rejects.toMatchObject({ code: 'train.batches', message: /no memory left/ });
    await threaded.dispose();
  });

  it('end with the training, wherever it stands', async () => {
    const threaded = new ThreadedBatches(await request('digits', 0), thread.entry);
    await threaded.dispose();
    await expect(threaded.next()).rejects.toMatchObject({ code: 'train.batches' });
  });
});

describe('shareColumns', () => {
  it('moves numbers into shared memory and leaves their values', async () => {
    const { dataSet } = await loadDataSet('penguins');
    const before = structuredClone(dataSet);
    shareColumns(dataSet);
    expect(dataSet).toEqual(before);
    const held = () =>
      dataSet.columns.flatMap((column): ArrayBufferView[] =>
        column.type === 'number' ? [column.values] : column.type === 'category' ? [column.codes] : [],
      );
    const first = held();
    expect(first.length).toBe(dataSet.columns.length);
    for (const { buffer } of first) expect(buffer).toBeInstanceOf(SharedArrayBuffer);
    shareColumns(dataSet);
    held().forEach((values, index) => expect(values).toBe(first[index]));
  });
});

describe('preparedBatches', () => {
  it('stays in this thread where preparing costs next to nothing', async () => {
    const small = await request('penguins', 0);
    expect(preparationTime(small)).toBeLessThan(200);
    const source = preparedBatches(small);
    expect(source).not.toBeInstanceOf(ThreadedBatches);
    await source.dispose();
    const large = await request('digits', 0, 1000);
    expect(preparationTime(large)).toBeGreaterThan(200);
  });
});
