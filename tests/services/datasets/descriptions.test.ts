// `dataset.json` and the files that it names: NPY and NPZ as they come, and descriptions that are wrong or hostile.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { findColumn } from '../../../engine/data/dataSet.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { tensorOf } from '../../../engine/ir/tensor.js';
import { loadDataSet } from '../../../main/services/datasets/loadDataSet.js';
import { decodeNpz, encodeNpy } from '../../../main/services/datasets/npy.js';
import { temporaryFolder } from '../store/temporaryFolder.js';

const count = 12;
const numbers = (length: number): number[] => Array.from({ length }, (_, index) => (index * 7) % 11);
const x = tensorOf('float32', [count, 2, 3], numbers(count * 6));
const y = tensorOf(
  'int64',
  [count],
  Array.from({ length: count }, (_, index) => index % 3),
);
const age = tensorOf('float64', [count], numbers(count));

const description = {
  version: 1,
  name: 'arrays',
  kind: 'tabular',
  task: 'classification',
  reader: {
    kind: 'npy',
    columns: {
      x: { file: 'all.npz', entry: 'x' },
      age: { file: 'age.npy' },
      y: { file: 'all.npz', entry: 'y', categories: ['no', 'maybe', 'yes'] },
    },
  },
  target: 'y',
  split: { method: 'stratified', fractions: { train: 0.6, val: 0.2, test: 0.2 }, seed: 0 },
};

function folderWith(json: unknown, text = JSON.stringify(json)): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'dataset.json'), text);
  writeFileSync(join(folder, 'age.npy'), encodeNpy(age));
  writeFileSync(join(folder, 'all.npz'), zipSync({ 'x.npy': encodeNpy(x), 'y.npy': [encodeNpy(y), { level: 0 }] }));
  return folder;
}

describe('Arrays', () => {
  it('of NPZ archives, packed or not, and of NPY become columns', async () => {
    const { dataSet, preprocessing } = await loadDataSet(folderWith(description));
    expect(findColumn(dataSet, 'x')).toEqual({ type: 'array', name: 'x', ...x, shape: [2, 3] });
    expect(findColumn(dataSet, 'age')).toEqual({ type: 'number', name: 'age', values: age.data });
    expect(findColumn(dataSet, 'y')).toEqual({
      type: 'category',
      name: 'y',
      codes: Int32Array.from(y.data, Number),
      categories: ['no', 'maybe', 'yes'],
    });
    expect(preprocessing.inputs.map(({ kind }) => kind)).toEqual(['features', 'array']);
  });

  it('that an archive lacks are told with those that it has', async () => {
    const columns = { ...description.reader.columns, x: { file: 'all.npz', entry: 'z' } };
    const folder = folderWith({ ...description, reader: { kind: 'npy', columns } });
    await expect(loadDataSet(folder)).rejects.toThrow(/no array 'z' in it; it has x\.npy, y\.npy/);
  });

  it('that unpack to more than the bound are refused', () => {
    const bomb = zipSync({ 'x.npy': encodeNpy(tensorOf('uint8', [2 ** 20], new Uint8Array(2 ** 20))) });
    expect(bomb.length).toBeLessThan(20_000);
    expect(() => decodeNpz(bomb, 'x', 2 ** 19, 'bomb.npz')).toThrow(/no array 'x' of at most 524288 bytes/);
  });

  it('of broken archives are decoded or refused', () => {
    const real = zipSync({ 'x.npy': encodeNpy(x), 'y.npy': encodeNpy(y) });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { maxLength: 10 }),
        fc.option(fc.nat(real.length), { freq: 2 }),
        (places, cut) => {
          const bytes = real.slice(0, cut ?? real.length);
          for (const [place, value] of places) if (place < bytes.length) bytes[place] = value;
          try {
            decodeNpz(bytes, 'x', 2 ** 20, 'fuzz.npz');
          } catch (error) {
            expect(error).toBeInstanceOf(EngineError);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('whose lengths differ are refused, every column by name', async () => {
    const folder = folderWith(description);
    writeFileSync(join(folder, 'age.npy'), encodeNpy(tensorOf('float64', [5], numbers(5))));
    await expect(loadDataSet(folder)).rejects.toThrow(/column 'age' must hold 12 examples, got 5/);
  });

  it('with labels that no category names are refused', async () => {
    const columns = { ...description.reader.columns, y: { file: 'all.npz', entry: 'y', categories: ['no', 'maybe'] } };
    const folder = folderWith({ ...description, reader: { kind: 'npy', columns } });
    await expect(loadDataSet(folder)).rejects.toThrow(/labels must lie in 0 to 1, got 2 at example 2/);
  });
});

describe('Descriptions', () => {
  it.each<[string, object]>([
    ['a path out of the folder', { reader: { kind: 'csv', file: '../secret.csv' } }],
    ['a path out of the folder, the other way round', { reader: { kind: 'csv', file: 'a\\..\\..\\secret.csv' } }],
    ['an absolute path', { reader: { kind: 'text', file: '/etc/passwd', length: 4 } }],
    ['a drive', { reader: { kind: 'text', file: 'C:secret.txt', length: 4 } }],
    ['a NUL in a path', { reader: { kind: 'text', file: 'a\0b', length: 4 } }],
    ['an unknown reader', { reader: { kind: 'magic' } }],
    ['another version', { version: 2 }],
    ['a window of no length', { reader: { kind: 'text', file: 'a.txt', length: 0 } }],
    ['an image of a million by a million', { reader: { kind: 'imageFolder', width: 1e6, height: 1e6, channels: 3 } }],
    ['negative fractions', { split: { ...description.split, fractions: { train: 1, val: -1, test: 0 } } }],
    ['no task', { task: undefined }],
  ])('with %s are refused', async (_, more) => {
    await expect(loadDataSet(folderWith({ ...description, ...more }))).rejects.toMatchObject({
      code: 'data.description',
    });
  });

  it.each(['', '{', 'null', '[]', '7', '"x"', '{"version":1}', '['.repeat(100_000)])(
    'that are %.20j are refused',
    async (text) => {
      await expect(loadDataSet(folderWith(undefined, text))).rejects.toMatchObject({ code: 'data.description' });
    },
  );

  it('with every fault told, located', async () => {
    const error: unknown = await loadDataSet(
      folderWith({ ...description, kind: 'smell', split: { ...description.split, seed: -1 } }),
    ).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).diagnostics.map(({ place }) => place.path)).toEqual(['kind', 'split.seed']);
  });

  it('that are anything at all are read or refused', async () => {
    const folder = folderWith(description);
    const file = join(folder, 'dataset.json');
    const names = fc.constantFrom('age.npy', 'all.npz', 'nothing.csv', '.', 'dataset.json', '');
    const small = fc.oneof(fc.nat(5), names, fc.constant(null), fc.string({ maxLength: 5 }));
    const readers = fc.oneof(
      fc.record({ kind: fc.constant('csv'), file: names }, { requiredKeys: ['kind', 'file'] }),
      fc.record({ kind: fc.constant('text'), file: names, length: fc.nat(4) }),
      fc.record({
        kind: fc.constant('npy'),
        columns: fc.dictionary(fc.constantFrom('x', 'y', 'z', '__proto__'), fc.record({ file: names })),
      }),
      fc.record({
        kind: fc.constant('stored'),
        columns: fc.array(
          fc.record({
            type: fc.constantFrom('number', 'category', 'text', 'array', 'windows'),
            name: fc.constantFrom('x', 'y'),
            file: names,
            offsets: names,
            categories: fc.constant(['a']),
          }),
          { maxLength: 3 },
        ),
      }),
      fc.object({ values: [small], maxDepth: 2 }),
    );
    const mutation = fc.record(
      {
        reader: readers,
        task: fc.constantFrom('classification', 'regression', 'languageModel', 'forecast', 'nothing'),
        target: small,
        inputs: fc.array(small, { maxLength: 3 }),
        split: fc.object({ values: [small], maxDepth: 1 }),
        preprocessing: fc.object({ values: [small], maxDepth: 1 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(mutation, async (changed) => {
        writeFileSync(file, JSON.stringify({ ...description, ...changed }));
        await loadDataSet(folder).catch((error: unknown) => expect(error).toBeInstanceOf(EngineError));
      }),
      { numRuns: 150 },
    );
  });
});
