// Large columns of the workspace travel as places in files: what a worker reads there is what was in memory.
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ToWorker } from '../../../contract/worker.js';
import { findColumn, type DataSet } from '../../../engine/data/dataSet.js';
import { tensor } from '../../../engine/ir/tensor.js';
import { fillPrepared, lendColumns } from '../../../main/services/datasets/columnFiles.js';
import { importDataSet } from '../../../main/services/datasets/importDataSet.js';
import { loadDataSet, type LoadedDataSet } from '../../../main/services/datasets/loadDataSet.js';
import { encodeNpy } from '../../../main/services/datasets/npy.js';
import { runInWorker, type WorkerProcess } from '../../../main/services/launcher.js';
import { openWorkspace } from '../../../main/store/workspace.js';
import { readJobColumns } from '../../../workers/columnFiles.node.js';
import { temporaryFolder } from '../store/temporaryFolder.js';
import { folderOf } from './importing.js';

const count = 2000;
const pixels = Uint8Array.from({ length: count * 28 * 28 }, (_, at) => (at * 7) % 251);

/** 1.6 MB of images, and labels that are too small to be worth a file. */
async function largeImages(): Promise<LoadedDataSet> {
  const labels = Int32Array.from({ length: count }, (_, at) => at % 3);
  const source = folderOf({
    'images.npy': encodeNpy(tensor('uint8', [count, 28, 28], pixels)),
    'labels.npy': encodeNpy(tensor('int32', [count], labels)),
  });
  const workspace = openWorkspace(temporaryFolder(), { create: true });
  const { id } = await importDataSet(source, workspace);
  return loadDataSet(id, { workspace: workspace.path });
}

const imagesOf = (dataSet: DataSet) => findColumn(dataSet, dataSet.inputs[0]!) as unknown as { data: Uint8Array };

async function lent(): Promise<{ dataSet: DataSet; loaded: LoadedDataSet }> {
  const loaded = await largeImages();
  return { dataSet: await lendColumns(loaded.dataSet, loaded.folder, loaded.description.reader), loaded };
}

/** A worker that ends at once; what it was sent. */
function deafWorker(fill: WorkerProcess['fill']): { worker: WorkerProcess; sent: ToWorker[] } {
  const sent: ToWorker[] = [];
  const listeners: ((message: unknown) => void)[] = [];
  const worker: WorkerProcess = {
    fill,
    send: (message) => {
      sent.push(message);
      for (const listener of listeners) listener({ type: 'result', result: null });
    },
    onMessage: (listener) => void listeners.push(listener),
    exited: new Promise(() => undefined),
    kill: () => undefined,
  };
  return { worker, sent };
}

describe('Columns in files', () => {
  it('are lent where they are large, and read there as they were', async () => {
    const { dataSet, loaded } = await lent();
    expect(imagesOf(dataSet).data).toMatchObject({ dtype: 'uint8', length: pixels.length });
    expect(JSON.stringify(dataSet.columns[0]).length).toBeLessThan(1000);
    const label = findColumn(dataSet, dataSet.target);
    expect(label?.type === 'category' && label.codes).toHaveLength(count);
    // What is looked at stays as it is.
    expect(Buffer.compare(imagesOf(loaded.dataSet).data, pixels)).toBe(0);
    const here = structuredClone(dataSet);
    await fillPrepared({ dataSet: here });
    expect(Buffer.compare(imagesOf(here).data, pixels)).toBe(0);
    const there = structuredClone(dataSet);
    await readJobColumns({ kind: 'train', data: { dataSet: there } } as never);
    expect(imagesOf(there).data.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(Buffer.compare(imagesOf(there).data, pixels)).toBe(0);
  });

  it('are not lent where rows were left out, for the files have them', async () => {
    const { loaded } = await lent();
    const fewer: DataSet = {
      ...loaded.dataSet,
      count: count - 1,
      columns: loaded.dataSet.columns.map((column) =>
        column.type === 'array' ? { ...column, data: pixels.subarray(28 * 28) } : column,
      ),
    };
    const { columns } = await lendColumns(fewer, loaded.folder, loaded.description.reader);
    expect(columns[0]).toBe(fewer.columns[0]);
  });

  it('that are gone say which file and what to do', async () => {
    const { dataSet, loaded } = await lent();
    rmSync(loaded.folder, { recursive: true });
    await expect(readJobColumns({ kind: 'train', data: { dataSet } } as never)).rejects.toMatchObject({
      code: 'data.gone',
      message: expect.stringContaining('.npy') as string,
    });
  });

  it.each([
    ['that reads files', undefined, 'numbersFile'],
    ['that cannot', fillPrepared, 'length'],
  ])('go to a worker %s as it needs them', async (_, fill, field) => {
    const { dataSet } = await lent();
    const { worker, sent } = deafWorker(fill);
    const job = { kind: 'train', data: { dataSet } } as never;
    await runInWorker(() => worker, { entry: 'train.node', job, onEvent: () => undefined });
    const [start] = sent;
    const data = start?.type === 'start' && 'data' in start.job ? (start.job.data as { dataSet: DataSet }) : undefined;
    expect(imagesOf(data!.dataSet).data).toHaveProperty(field);
    expect(imagesOf(data!.dataSet).data instanceof Uint8Array).toBe(fill !== undefined);
  });
});
