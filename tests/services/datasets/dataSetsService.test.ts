// The data sets service as a window uses it: lists, pages, versions, removal, over a workspace on disk.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataSet } from '../../../main/services/datasets/loadDataSet.js';
import { writeIdx } from '../../bench/ui/idxFiles.js';
import { temporaryFolder } from '../store/temporaryFolder.js';
import { serve } from './served.js';

function fileOf(content: string, name = 'flowers.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

const flowers = 'length,width,species\n1,2,rose\n2,,rose\n3,1,lily\n2,5,\n5,5,lily\n6,1,rose\n';

describe('Data sets service', () => {
  it('lists the examples, and tells their numbers when they are found out', async () => {
    const { datasets, changes } = serve();
    const first = await datasets.list({});
    expect(first.map(({ id }) => id)).toContain('digits');
    expect(first.every(({ isExample, count }) => isExample && count === 0)).toBe(true);
    await expect.poll(() => changes.length, { timeout: 30_000 }).toBe(first.length);
    const digits = (await datasets.list({})).find(({ id }) => id === 'digits')!;
    expect(digits).toMatchObject({ count: 5000, shape: [1, 20, 20], kind: 'image', task: 'classification' });
    expect(digits.classCounts).toEqual(Array.from({ length: 10 }, (_, code) => ({ name: String(code), count: 500 })));
  });

  it('gives pages of images as RGBA, filtered by part and class', async () => {
    const { datasets } = serve();
    const page = await datasets.images({ id: 'digits', from: 10, count: 5, query: { class: 3, part: 'train' } });
    expect(page).toMatchObject({ width: 20, height: 20, total: 400 });
    expect(page.pixels).toHaveLength(5 * 20 * 20 * 4);
    expect([...page.classes]).toEqual([3, 3, 3, 3, 3]);
    expect([...page.parts]).toEqual([0, 0, 0, 0, 0]);
    const { dataSet } = await loadDataSet('digits');
    const column = dataSet.columns[0]!;
    const pixel = column.type === 'array' ? column.data[page.examples[0]! * 400 + 210] : undefined;
    expect([...page.pixels.subarray(4 * 210, 4 * 211)]).toEqual([pixel, pixel, pixel, 255]);
    const small = await datasets.images({ id: 'digits', from: 0, count: 3, size: 10 });
    expect([small.width, small.height, small.pixels.length]).toEqual([10, 10, 3 * 400]);
  });

  it('opens large data before its columns are counted; the figures are kept', async () => {
    const folder = temporaryFolder();
    writeIdx(folder, 24_000);
    const { datasets } = serve();
    const { id } = await datasets.import({ path: folder });
    const opened = await datasets.details({ id });
    expect(opened).toMatchObject({ areCounted: false, count: 24_000, splitSizes: { train: 16_800 } });
    const image = opened.columns.find(({ type }) => type === 'array')!;
    expect(image).toMatchObject({ role: 'input', shape: [1, 28, 28], isBytes: true, numbers: null });
    const stages: string[] = [];
    const columns = await datasets.statistics({ id }, { onProgress: ({ stage }) => void stages.push(stage) });
    expect(stages).toContain(`counting '${image.name}'`);
    expect(columns.find(({ name }) => name === image.name)!.numbers).toMatchObject({ min: 0 });
    expect(await datasets.details({ id })).toMatchObject({ areCounted: true, columns });
  });

  it('imports, revises, takes back: each state is a version that a run can refer to', async () => {
    const { datasets, workspace } = serve();
    const imported = await datasets.import({ path: fileOf(flowers) });
    expect(imported).toMatchObject({ name: 'flowers', count: 5, isExample: false });
    const { id } = imported;
    const revised = await datasets.setRoles({ id, target: 'length', inputs: ['width'], task: 'regression' });
    expect(revised).toMatchObject({ id, target: 'length', inputs: ['width'], task: 'regression' });
    expect(revised.hash).not.toBe(imported.hash);
    const split = { method: 'random', fractions: { train: 0.5, val: 0.25, test: 0.25 }, seed: 7 } as const;
    const again = await datasets.setSplit({ id, split });
    expect(again.split).toEqual(split);
    expect(again.versions.map(({ reason }) => reason).sort()).toEqual([
      'imported',
      'split changed',
      'target and inputs chosen: length (regression)',
    ]);
    expect((await loadDataSet(id, { workspace: workspace.path })).dataSet.hash).toBe(again.hash);
    const old = await loadDataSet(id, { workspace: workspace.path, version: imported.hash! });
    expect(old.dataSet).toMatchObject({ hash: imported.hash, target: 'species', count: 5 });
    const back = await datasets.useVersion({ id, hash: imported.hash! });
    expect(back).toMatchObject({ hash: imported.hash, target: 'species' });
    expect(back.versions).toHaveLength(3);
  });

  it('another file of the same name is a new version with files of its own', async () => {
    const { datasets, workspace } = serve();
    const first = await datasets.import({ path: fileOf(flowers) });
    const second = await datasets.import({ path: fileOf(`${flowers}7,7,lily\n`) });
    expect(second).toMatchObject({ id: first.id, count: 6 });
    const old = await loadDataSet(first.id, { workspace: workspace.path, version: first.hash! });
    expect(old.dataSet.count).toBe(5);
    const third = await datasets.import({ path: fileOf(flowers) });
    expect(third.hash).toBe(first.hash);
    expect((await loadDataSet(first.id, { workspace: workspace.path })).dataSet.count).toBe(5);
  });

  it('what is said of a data set outlives its versions and makes none', async () => {
    const { datasets } = serve();
    const { id, hash } = await datasets.import({ path: fileOf(flowers) });
    expect(await datasets.details({ id })).toMatchObject({ source: null, licence: null, notes: null });
    const words = { source: 'the garden', licence: '', notes: 'Counted twice.' };
    await datasets.describe({ id, words });
    const said = { source: 'the garden', licence: null, notes: 'Counted twice.' };
    expect(await datasets.details({ id })).toMatchObject({ ...said, hash });
    await datasets.import({ path: fileOf(`${flowers}7,7,lily\n`) });
    expect(await datasets.details({ id })).toMatchObject({ ...said, count: 6 });
    await datasets.describe({ id, words: { ...said, notes: null } });
    expect(await datasets.useVersion({ id, hash: hash! })).toMatchObject({ ...said, notes: null, count: 5 });
    await expect(datasets.describe({ id: 'digits', words })).rejects.toMatchObject({ code: 'data.example' });
  });

  it('what is removed can be taken back until the workspace closes', async () => {
    const { datasets, workspace, close } = serve();
    const { id } = await datasets.import({ path: fileOf(flowers) });
    await datasets.remove({ id });
    await expect(datasets.details({ id })).rejects.toMatchObject({ code: 'data.notFound' });
    expect((await datasets.list({})).some((summary) => summary.id === id)).toBe(false);
    await datasets.restore({ id });
    expect(await datasets.details({ id })).toMatchObject({ id, count: 5 });
    await datasets.remove({ id });
    const folder = workspace.path;
    await close();
    expect(readdirSync(join(folder, 'datasets'))).toEqual(['.removed']);
    expect(existsSync(join(folder, 'datasets', '.removed', id))).toBe(false);
    await expect(serve(folder).datasets.restore({ id })).rejects.toMatchObject({ code: 'data.notFound' });
  });

  it('what a crash left without a record is found by its folder, and told with its numbers', async () => {
    const first = serve();
    const { id, hash, classCounts } = await first.datasets.import({ path: fileOf(flowers) });
    first.workspace.datasets.remove(id);
    const { path } = first.workspace;
    await first.close();
    const { datasets, changes } = serve(path);
    await expect.poll(() => changes).toContain(id);
    await expect
      .poll(async () => (await datasets.list({})).find((summary) => summary.id === id), { timeout: 30_000 })
      .toMatchObject({ id, name: 'flowers', hash, count: 5, classCounts });
  });

  it('names stay apart, and augmentation is kept for examples, too', async () => {
    const { datasets } = serve();
    const { id } = await datasets.import({ path: fileOf(flowers) });
    await datasets.import({ path: fileOf(flowers), options: { name: 'meadow' } });
    await expect(datasets.rename({ id, name: 'meadow' })).rejects.toMatchObject({ code: 'data.nameTaken' });
    await datasets.rename({ id, name: 'garden' });
    expect(await datasets.details({ id })).toMatchObject({ id, name: 'garden' });
    await datasets.setAugmentation({ id: 'digits', pipeline: { transforms: [] } });
    expect((await datasets.details({ id: 'digits' })).augmentation).toEqual({ transforms: [] });
  });

  it('examples cannot be changed', async () => {
    const { datasets } = serve();
    for (const change of [datasets.remove({ id: 'digits' }), datasets.rename({ id: 'digits', name: 'x' })])
      await expect(change).rejects.toMatchObject({ code: 'data.example' });
  });
});
