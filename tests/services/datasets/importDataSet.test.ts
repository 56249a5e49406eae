// Importing: what is read back from a workspace is what was read from the files, and failures leave nothing behind.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkDataSet, type Column, type DataSet } from '../../../engine/data/dataSet.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { importDataSet, type DatasetManifest } from '../../../main/services/datasets/importDataSet.js';
import { loadDataSet } from '../../../main/services/datasets/loadDataSet.js';
import { encodeNpy } from '../../../main/services/datasets/npy.js';
import { StagedFolder } from '../../../main/services/datasets/stagedFolder.js';
import { readStored, storeColumns } from '../../../main/services/datasets/storedColumns.js';
import { diskFileSystem, type FileSystem } from '../../../main/store/atomicFile.js';
import { openWorkspace, type Workspace } from '../../../main/store/workspace.js';
import { temporaryFolder } from '../store/temporaryFolder.js';

function freshWorkspace(files?: FileSystem): Workspace {
  const workspace = openWorkspace(join(temporaryFolder(), 'workspace'), { create: true }, files);
  onTestFinished(() => workspace.close());
  return workspace;
}

const examples = [
  'digits',
  'fashion-mnist-12k',
  'letters',
  'penguins',
  'breast-cancer',
  'concrete',
  'seattle-weather',
  'names',
  'novel',
];

/** The value with every typed array as its type and hash: millions of elements are not compared one by one. */
function summary(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return `${value.constructor.name} ${createHash('sha256').update(bytes).digest('hex')}`;
  }
  if (Array.isArray(value)) return value.map(summary);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, summary(entry)]));
}

function fileOf(content: string, name = 'flowers.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

const flowers = 'length,width,species\n1,2,rose\n2,,rose\n3,1,lily\n2,5,\n5,5,lily\n6,1,rose\n';

describe('Importing', () => {
  it.each(examples)('%s comes back as it was, split and prepared alike', async (name) => {
    const workspace = freshWorkspace();
    const { id } = await importDataSet(name, workspace);
    const original = await loadDataSet(name);
    const again = await loadDataSet(id, { workspace: workspace.path });
    expect(summary({ ...again.dataSet, hash: original.dataSet.hash })).toEqual(summary(original.dataSet));
    expect(again.dataSet.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(again.split).toEqual(original.split);
    expect(again.preprocessing).toEqual(original.preprocessing);
    expect(readdirSync(workspace.datasetFolder(id)).every((file) => /\.npy$|^dataset\.json$/.test(file))).toBe(true);
  });

  it('a table: named by its content, listed with what it holds, found by id and by name', async () => {
    const workspace = freshWorkspace();
    const record = await importDataSet(fileOf(flowers), workspace);
    expect(record.id).toMatch(/^flowers-[0-9a-f]{12}$/);
    expect(record.hash.startsWith(record.id.slice('flowers-'.length))).toBe(true);
    expect(workspace.datasets.list()).toEqual([record]);
    expect(record.manifest as DatasetManifest).toMatchObject({
      count: 5,
      task: 'classification',
      target: 'species',
      classes: ['lily', 'rose'],
      remarks: ["1 rows without a value of 'species' were left out"],
    });
    for (const called of [record.id, 'flowers']) {
      const { dataSet } = await loadDataSet(called, { workspace: workspace.path });
      expect(dataSet.count).toBe(5);
      expect(dataSet.remarks).toEqual((record.manifest as DatasetManifest).remarks);
    }
  });

  it('the same content twice is one data set; another target is another version of it', async () => {
    const workspace = freshWorkspace();
    const first = await importDataSet(fileOf(flowers), workspace);
    const second = await importDataSet(fileOf(flowers), workspace);
    expect(second).toEqual(first);
    const other = await importDataSet(fileOf(flowers), workspace, { target: 'length' });
    expect(other.id).toBe(first.id);
    expect(other.hash).not.toBe(first.hash);
    expect(workspace.datasets.list()).toEqual([other]);
    expect(workspace.datasets.versions(first.id).map(({ hash }) => hash)).toEqual(
      expect.arrayContaining([first.hash, other.hash]),
    );
    expect((await loadDataSet('flowers', { workspace: workspace.path })).dataSet.target).toBe('length');
  });

  it('takes a name', async () => {
    const workspace = freshWorkspace();
    const { id } = await importDataSet(fileOf(flowers), workspace, { name: 'Meadow, 2026' });
    expect(id).toMatch(/^meadow-2026-/);
    expect(workspace.datasets.find('Meadow, 2026').id).toBe(id);
  });

  it.each([
    ['a table that cannot be trained on', 'a,b\n1,x\n'],
    ['a ragged table', 'a,b\n1,x\n2\n3,y\n4,x\n'],
  ])('refuses %s and writes nothing', async (_, content) => {
    const workspace = freshWorkspace();
    await expect(importDataSet(fileOf(content), workspace)).rejects.toBeInstanceOf(EngineError);
    expect(workspace.datasets.list()).toEqual([]);
    expect(existsSync(join(workspace.path, 'datasets'))).toBe(false);
  });

  it.each([1, 2, 3, 4])('a disk that is full at file %i leaves no folder and no entry', async (fullAt) => {
    let opened = 0;
    const files: FileSystem = {
      ...diskFileSystem,
      open: async (path, flags) => {
        const file = await diskFileSystem.open(path, flags);
        if (flags !== 'wx' || ++opened < fullAt) return file;
        const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        return { write: () => Promise.reject(full), sync: () => file.sync(), close: () => file.close() };
      },
    };
    const workspace = freshWorkspace(files);
    await expect(importDataSet(fileOf(flowers), workspace)).rejects.toMatchObject({ code: 'store.diskFull' });
    expect(workspace.datasets.list()).toEqual([]);
    expect(existsSync(join(workspace.path, 'datasets'))).toBe(false);
  });

  it('images on a full disk: whatever was opened is closed', async () => {
    let [opened, closed] = [0, 0];
    const files: FileSystem = {
      ...diskFileSystem,
      open: async (path, flags) => {
        const file = await diskFileSystem.open(path, flags);
        opened++;
        const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        const close = async (): Promise<void> => {
          closed++;
          await file.close();
        };
        return { write: () => Promise.reject(full), sync: () => file.sync(), close };
      },
    };
    const staged = new StagedFolder(freshWorkspace().path, files);
    await expect(staged.growArray('0-image.npy', 'uint8', [1, 2, 2])).rejects.toMatchObject({ code: 'store.diskFull' });
    expect([opened, closed]).toEqual([1, 1]);
  });

  it('a damaged file of a data set is told by name', async () => {
    const workspace = freshWorkspace();
    const { id } = await importDataSet(fileOf(flowers), workspace);
    const folder = workspace.datasetFolder(id);
    const file = join(folder, '0-length.npy');
    writeFileSync(file, readFileSync(file).subarray(0, 100));
    await expect(loadDataSet(id, { workspace: workspace.path })).rejects.toMatchObject({
      code: 'data.npy',
      message: expect.stringContaining('0-length.npy') as string,
    });
    writeFileSync(file, encodeNpy({ dtype: 'float32', shape: [5], data: new Float32Array(5) }));
    await expect(loadDataSet(id, { workspace: workspace.path })).rejects.toThrow(/must be float64 of one axis/);
  });
});

const count = 4;
const text = fc.string({ unit: 'binary', maxLength: 12 });
const bytes = fc.uint8Array({ minLength: count * 2, maxLength: count * 2 });
const anyColumn: fc.Arbitrary<(name: string) => Column> = fc.oneof(
  fc
    .float64Array({ minLength: count, maxLength: count })
    .map((values) => (name: string): Column => ({ type: 'number', name, values })),
  fc
    .tuple(fc.array(text, { minLength: 1 }), fc.int32Array({ min: -1, max: 0, minLength: count, maxLength: count }))
    .map(([categories, codes]) => (name: string): Column => ({ type: 'category', name, codes, categories })),
  fc
    .array(text, { minLength: count, maxLength: count })
    .map((values) => (name: string): Column => ({ type: 'text', name, values })),
  bytes.map((data) => (name: string): Column => ({ type: 'array', name, dtype: 'uint8', shape: [2, 1], data })),
);

describe('Stored columns', () => {
  it('hold any column without loss, whatever the names', async () => {
    const folder = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, anyColumn), { minLength: 1, maxLength: 6 }), async (made) => {
        const columns = made.map(([name, make]) => make(name));
        const dataSet = { columns, count, parts: Uint8Array.of(0, 1, 2, 0) } as unknown as DataSet;
        const { reader, files } = storeColumns(dataSet);
        for (const [file, array] of files) writeFileSync(join(folder, file), encodeNpy(array));
        const read = await readStored(folder, reader);
        expect(read.columns).toEqual(columns);
        expect(read.parts).toEqual(dataSet.parts);
      }),
      { numRuns: 50 },
    );
  });

  it('refuse texts whose offsets lead astray', async () => {
    const folder = temporaryFolder();
    const column: Column = { type: 'text', name: 't', values: ['ab', '', 'ü'] };
    const { reader, files } = storeColumns({ columns: [column], count: 3 } as unknown as DataSet);
    for (const [file, array] of files) writeFileSync(join(folder, file), encodeNpy(array));
    for (const offsets of [[], [1, 2, 2, 4], [0, 3, 2, 4], [0, 2, 2, 5], [0, 2, 2, 2 ** 31 - 1], [0, -1, 2, 4]]) {
      const data = Int32Array.from(offsets);
      writeFileSync(join(folder, '0-t-offsets.npy'), encodeNpy({ dtype: 'int32', shape: [data.length], data }));
      await expect(readStored(folder, reader)).rejects.toMatchObject({ code: 'data.stored' });
    }
  });

  it('of a wrong length do not become a data set', () => {
    const columns: Column[] = [
      { type: 'number', name: 'a', values: new Float64Array(3) },
      { type: 'number', name: 'b', values: new Float64Array(2) },
    ];
    const dataSet = {
      name: 'x',
      count: 3,
      columns,
      inputs: ['a'],
      target: 'b',
      task: 'regression',
    } as unknown as DataSet;
    expect(checkDataSet(dataSet).map(({ code }) => code)).toEqual(['data.length']);
  });
});
