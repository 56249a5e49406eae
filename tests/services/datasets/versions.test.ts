// Versions of a data set: what they take, who needs them, deleting them, and that a crash leaves nothing behind.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataSet } from '../../../main/services/datasets/loadDataSet.js';
import { fileOf } from './importing.js';
import { serve, type Served } from './served.js';

const rows = (count: number) =>
  `length,colour,species\n${Array.from({ length: count }, (_, row) => `${row},${row % 3 ? 'red' : 'white'},${row % 2 ? 'rose' : 'lily'}`).join('\n')}\n`;
const split = { method: 'random', fractions: { train: 0.5, val: 0.25, test: 0.25 }, seed: 7, keepEqual: true } as const;

/** Imported, divided anew, and imported again with other content: three versions, of which the last is in use. */
async function threeVersions(
  served: Served,
): Promise<{ id: string; hashes: [string, string, string]; folder: string }> {
  const { datasets, workspace } = served;
  const { id, hash } = await datasets.import({ path: fileOf('flowers.csv', rows(100)) });
  const divided = await datasets.setSplit({ id, split });
  const again = await datasets.import({ path: fileOf('flowers.csv', rows(300)) });
  return { id, hashes: [hash!, divided.hash!, again.hash!], folder: workspace.datasetFolder(id) };
}

/** A run that was trained on a version; `target` is its own. */
function runOn({ workspace }: Served, data: string, hash: string, target?: string): string {
  const request = { data, ...(target !== undefined && { target }) };
  const run = workspace.runs.create({ name: 'first', data, model: 'default', backend: 'native', seed: 0, request });
  mkdirSync(workspace.runFolder(run), { recursive: true });
  writeFileSync(join(workspace.runFolder(run), 'spec.json'), JSON.stringify({ data: { name: 'flowers', hash } }));
  return run;
}

function arraysIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.npy')).sort();
}

describe('Versions of a data set', () => {
  it('tells what each takes, what it shares, and who needs it', async () => {
    const served = serve();
    const { id, hashes, folder } = await threeVersions(served);
    const run = runOn(served, id, hashes[1]);
    const { versions, unusedBytes } = await served.datasets.versions({ id });
    const [first, divided, again] = hashes.map((hash) => versions.find((version) => version.hash === hash)!);
    expect(versions).toHaveLength(3);
    expect(first).toMatchObject({ count: 100, target: 'species', task: 'classification', runs: [], ownBytes: 0 });
    expect(divided).toMatchObject({ split, ownBytes: 0, content: first!.content, runs: [{ id: run, name: 'first' }] });
    expect(again).toMatchObject({ count: 300, ownBytes: again!.bytes });
    const topArrays = arraysIn(folder).filter((name) => !name.includes('/') && !name.includes('\\'));
    expect(first!.bytes).toBe(topArrays.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0));
    // The run keeps the arrays of the first one.
    expect(unusedBytes).toBe(0);
  });

  it('deletes a version with the files that no other needs, and says what that freed', async () => {
    const served = serve();
    const { id, hashes, folder } = await threeVersions(served);
    const before = (await served.datasets.versions({ id })).versions;
    expect((await served.datasets.removeVersions({ id, hashes: [hashes[1]] })).bytes).toBe(0);
    expect(arraysIn(folder)).toHaveLength(6);
    const { bytes } = await served.datasets.removeVersions({ id, hashes: [hashes[0]] });
    expect(bytes).toBe(before.find(({ hash }) => hash === hashes[0])!.bytes);
    expect(arraysIn(folder)).toHaveLength(3);
    expect((await served.datasets.details({ id })).versions.map(({ hash }) => hash)).toEqual([hashes[2]]);
    expect((await loadDataSet(id, { workspace: served.workspace.path })).dataSet.count).toBe(300);
  });

  it('deletes the folder of a later import when the first version is in use again', async () => {
    const served = serve();
    const { id, hashes, folder } = await threeVersions(served);
    await served.datasets.useVersion({ id, hash: hashes[0] });
    await served.datasets.removeVersions({ id, hashes: [hashes[1], hashes[2]] });
    expect(readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())).toHaveLength(1);
    expect((await loadDataSet(id, { workspace: served.workspace.path })).dataSet.count).toBe(100);
  });

  it('keeps the version in use, and those of runs unless told otherwise', async () => {
    const served = serve();
    const { id, hashes, folder } = await threeVersions(served);
    runOn(served, id, hashes[0]);
    const { datasets } = served;
    await expect(datasets.removeVersions({ id, hashes: [hashes[2]], evenNeeded: true })).rejects.toMatchObject({
      code: 'data.version',
    });
    await expect(datasets.removeVersions({ id, hashes: [hashes[1], hashes[0]] })).rejects.toMatchObject({
      code: 'data.versionNeeded',
      message: expect.stringContaining("run 'first' was trained on it") as string,
    });
    expect((await datasets.versions({ id })).versions).toHaveLength(3);
    await datasets.removeVersions({ id, hashes: [hashes[1], hashes[0]], evenNeeded: true });
    expect(arraysIn(folder)).toHaveLength(3);
  });

  it('a run with a target of its own needs the version, too', async () => {
    const served = serve();
    const { id, hashes } = await threeVersions(served);
    const { workspace } = served;
    const { dataSet } = await loadDataSet(id, { workspace: workspace.path, target: 'colour', version: 'none' });
    const own = runOn(served, id, dataSet.hash, 'colour');
    const { versions } = await served.datasets.versions({ id });
    expect(versions.find(({ hash }) => hash === hashes[2])!.runs).toEqual([{ id: own, name: 'first' }]);
  });

  it('examples of the app have none', async () => {
    const { datasets } = serve();
    await expect(datasets.versions({ id: 'digits' })).rejects.toMatchObject({ code: 'data.example' });
  });
});

describe('Versions after a crash', () => {
  /** As a process leaves them that was killed. */
  async function reopened(served: Served, change: (folder: string) => void, id: string): Promise<Served> {
    const { path } = served.workspace;
    const folder = served.workspace.datasetFolder(id);
    await served.close();
    change(folder);
    return serve(path);
  }

  it('removes arrays and folders that no description names', async () => {
    const served = serve();
    const { id, folder } = await threeVersions(served);
    const before = arraysIn(folder);
    const next = await reopened(
      served,
      () => {
        mkdirSync(join(folder, '0123456789ab'));
        for (const name of ['0123456789ab/0-length.npy', '0123456789ab/dataset.json', '0-length-as-category.npy'])
          writeFileSync(join(folder, name), 'left over');
        writeFileSync(join(folder, 'notes.txt'), 'of a person');
        // Of a process that is gone, and of this number but not of this process.
        writeFileSync(join(folder, '.placing-4194304-1'), '');
        writeFileSync(join(folder, `.placing-${process.pid}-99999`), '');
      },
      id,
    );
    await expect.poll(() => existsSync(join(folder, '0123456789ab'))).toBe(false);
    await expect.poll(() => arraysIn(folder)).toEqual(before);
    expect(readdirSync(folder)).toContain('notes.txt');
    expect(readdirSync(folder).filter((name) => name.startsWith('.placing'))).toEqual([]);
    expect((await next.datasets.versions({ id })).versions).toHaveLength(3);
  });

  it('leaves files alone that another process is about to describe', async () => {
    const served = serve();
    const { id, folder } = await threeVersions(served);
    const { datasets } = await reopened(
      served,
      () => {
        writeFileSync(join(folder, 'coming.npy'), 'soon');
        writeFileSync(join(folder, `.placing-${process.ppid}-1`), '');
      },
      id,
    );
    const { versions } = await datasets.versions({ id });
    await datasets.removeVersions({ id, hashes: [versions.at(-1)!.hash] });
    expect(existsSync(join(folder, 'coming.npy'))).toBe(true);
  });

  it('a deletion that was cut after the descriptions is finished', async () => {
    const served = serve();
    const { id, hashes, folder } = await threeVersions(served);
    await reopened(
      served,
      () => {
        for (const hash of [hashes[0], hashes[1]]) rmSync(join(folder, 'versions', `${hash}.json`));
      },
      id,
    );
    await expect.poll(() => arraysIn(folder)).toHaveLength(3);
  });

  it('a version that was described but not noted is listed', async () => {
    const served = serve();
    const { id, hashes } = await threeVersions(served);
    served.workspace.datasets.removeVersions(id, [hashes[0]]);
    const next = await reopened(served, () => undefined, id);
    await expect
      .poll(async () => (await next.datasets.versions({ id })).versions.map(({ hash }) => hash).sort())
      .toEqual([...hashes].sort());
  });

  it('of a removed data set only what its runs need is kept', async () => {
    const served = serve();
    const { id, hashes, folder } = await threeVersions(served);
    runOn(served, id, hashes[2]);
    await served.datasets.remove({ id });
    const aside = join(folder, '..', '.removed', id);
    await served.close();
    expect(arraysIn(aside)).toHaveLength(3);
    renameSync(aside, folder);
    expect((await loadDataSet(id, { workspace: served.workspace.path, version: hashes[2] })).dataSet.count).toBe(300);
  });
});
