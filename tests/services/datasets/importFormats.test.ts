// Previews and imports of every format: what is found, what can be chosen, what is left out, and what becomes of it.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { findColumn, type ArrayColumn } from '../../../engine/data/dataSet.js';
import { allocate } from '../../../engine/ir/dtype.js';
import { encodeNpy } from '../../../main/services/datasets/npy.js';
import { stageImport } from '../../../main/services/datasets/stageImport.js';
import { temporaryFolder } from '../store/temporaryFolder.js';
import { bring, fileOf, folderOf, look, type Files } from './importing.js';

async function png(grey: number, side = 12): Promise<Uint8Array> {
  const samples = new Uint8Array(side * side).fill(grey);
  return sharp(samples, { raw: { width: side, height: side, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

async function pictures(prefix = ''): Promise<Record<string, Uint8Array>> {
  const names = ['cat/1.png', 'cat/2.png', 'cat/3.png', 'dog/1.png', 'dog/2.png', 'dog/3.png'];
  return Object.fromEntries(
    await Promise.all(names.map(async (name, at) => [`${prefix}${name}`, await png(40 * at)] as const)),
  );
}

describe('Images', () => {
  it.each<[string, (files: Files) => string]>([
    ['a folder', (files) => folderOf(files)],
    ['an archive', (files) => fileOf('pets.zip', zipSync(files as Record<string, Uint8Array>))],
  ])('of %s: sizes, classes and a look; then the same from the workspace', async (_, make) => {
    const path = make(await pictures());
    const preview = await look(path);
    expect(preview).toMatchObject({
      format: 'imageFolder',
      kind: 'image',
      count: 6,
      image: { width: 12, height: 12, channels: 1 },
    });
    expect(preview.classes).toEqual([
      { name: 'cat', count: 3 },
      { name: 'dog', count: 3 },
    ]);
    expect(preview.images).toMatchObject({ width: 12, height: 12 });
    expect([...preview.images!.classes]).toEqual([0, 1, 0, 1, 0, 1]);
    const { dataSet } = await bring(path, {
      split: { method: 'stratified', fractions: { train: 0.5, val: 0, test: 0.5 }, seed: 1 },
    });
    const image = findColumn(dataSet, 'image') as ArrayColumn;
    expect(image.shape).toEqual([1, 12, 12]);
    expect(Array.from({ length: 6 }, (__, at) => image.data[at * 144])).toEqual([0, 40, 80, 120, 160, 200]);
  });

  it('in folders of parts, inside one folder of an archive, keep their parts', async () => {
    const files = {
      ...(await pictures('pets/train/')),
      ...(await pictures('pets/test/')),
      '__MACOSX/x.png': Buffer.from('x'),
      'pets/readme.txt': Buffer.from('x'),
    };
    const path = fileOf('pets.zip', zipSync(files));
    const preview = await look(path);
    expect(preview).toMatchObject({ count: 12, parts: { train: 6, val: 0, test: 6 } });
    const { dataSet } = await bring(path);
    expect([...dataSet.parts!]).toEqual([0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2]);
    expect(dataSet.remarks).toEqual(['1 files that are no images were left out: pets/readme.txt']);
  });

  it('turned by a camera, of 16 bits, of inks, with a palette: all are brought to bytes', async () => {
    const base = sharp({ create: { width: 16, height: 8, channels: 3, background: { r: 200, g: 100, b: 50 } } });
    const files = {
      'a/turned.jpg': await base.clone().jpeg().withMetadata({ orientation: 6 }).toBuffer(),
      'a/deep.png': await base.clone().toColourspace('rgb16').png().toBuffer(),
      'b/inks.tiff': await base.clone().toColourspace('cmyk').tiff().toBuffer(),
      'b/palette.png': await base.clone().png({ palette: true }).toBuffer(),
    };
    const { dataSet } = await bring(folderOf(files), { image: { width: 2, height: 2, channels: 3 } });
    const image = findColumn(dataSet, 'image') as ArrayColumn;
    for (let at = 0; at < 4; at++)
      for (const [channel, expected] of [200, 100, 50].entries())
        expect(Math.abs(Number(image.data[at * 12 + channel * 4]) - expected)).toBeLessThan(32);
  });

  it('that are broken or claim to be enormous are told by name and left out', async () => {
    const real = await pictures();
    const enormous = Buffer.from(await png(1));
    enormous.writeUInt32BE(100_000, 16);
    enormous.writeUInt32BE(100_000, 20);
    const files = {
      ...real,
      'cat/cut.png': real['cat/1.png']!.subarray(0, 50),
      'dog/text.png': 'no picture',
      'dog/big.png': enormous,
    };
    const { dataSet, manifest } = await bring(folderOf(files));
    expect(manifest.count).toBe(6);
    expect(dataSet.remarks[0]).toMatch(
      /^3 of 9 files could not be read: cat\/cut\.png \(.*\); dog\/big\.png \(.*\); dog\/text\.png \(it is no image/,
    );
  });

  it('that are left out are not counted, and are named where too few remain', async () => {
    const real = await pictures();
    const path = folderOf({
      'cat/1.png': real['cat/1.png']!,
      'cat/cut.png': 'no picture',
      'dog/1.png': real['dog/1.png']!,
    });
    const preview = await look(path);
    expect(preview).toMatchObject({ count: 2, classes: [{ count: 1 }, { count: 1 }] });
    expect(preview.obstacle).toMatch(/There are 2 images that can be read; at least 3/);
    expect(preview.remarks).toContain('cat/cut.png is left out: it is no image of a known format');
    const [empty] = (await look(folderOf({ ...real, 'cat/empty.png': '' }))).remarks;
    expect(empty).toBe('cat/empty.png is left out: the file is empty');
    await expect(bring(path)).rejects.toThrow(/only 2 of its 3 files .* left out: cat\/cut\.png \(it is no image/);
  });

  it('of one class cannot be learned from: the preview says so, the import is refused and leaves nothing', async () => {
    const real = await pictures();
    const path = folderOf({
      'cat/1.png': real['cat/1.png']!,
      'cat/2.png': real['cat/2.png']!,
      'cat/3.png': real['cat/3.png']!,
    });
    expect((await look(path)).obstacle).toMatch(/one class only/);
    const workspace = temporaryFolder();
    await expect(stageImport(path, { workspace }, {})).rejects.toMatchObject({ code: 'data.target' });
    expect(existsSync(join(workspace, 'datasets'))).toBe(false);
  });
});

function idx(shape: readonly number[], data: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.writeUInt32BE(0x800 + shape.length, 0);
  shape.forEach((size, axis) => head.writeUInt32BE(size, 4 + 4 * axis));
  return new Uint8Array(Buffer.concat([head, data]));
}

describe('IDX', () => {
  const bytes = (count: number) => Uint8Array.from({ length: count }, (_, at) => at % 251);
  const files = {
    'train-images-idx3-ubyte.gz': gzipSync(idx([6, 9, 8], bytes(432))),
    'train-labels-idx1-ubyte.gz': gzipSync(idx([6], Uint8Array.of(0, 1, 2, 0, 1, 2))),
    't10k-images-idx3-ubyte': idx([3, 9, 8], bytes(216)),
    't10k-labels-idx1-ubyte': idx([3], Uint8Array.of(2, 1, 0)),
  };

  it('of the training part alone are divided as suits the data', async () => {
    const path = folderOf({
      'train-images-idx3-ubyte': idx([9, 9, 8], bytes(648)),
      'train-labels-idx1-ubyte': idx([9], Uint8Array.of(0, 1, 2, 0, 1, 2, 0, 1, 2)),
    });
    expect(await look(path)).toMatchObject({ format: 'idx', count: 9, parts: null });
    const { dataSet } = await bring(path);
    expect(dataSet.parts).toBeUndefined();
  });

  it.each(['', 'train-images-idx3-ubyte.gz'])('files are found by each other (%s)', async (name) => {
    const path = join(folderOf(files), name);
    const preview = await look(path);
    expect(preview).toMatchObject({ format: 'idx', count: 9, parts: { train: 6, val: 0, test: 3 } });
    const { dataSet } = await bring(path);
    const image = findColumn(dataSet, 'image') as ArrayColumn;
    expect(image.shape).toEqual([1, 9, 8]);
    expect([...image.data.subarray(432, 436)]).toEqual([0, 1, 2, 3]);
    expect([...dataSet.parts!]).toEqual([0, 0, 0, 0, 0, 0, 2, 2, 2]);
  });

  it.each<[string, Files, RegExp]>([
    [
      'examples that are cut off',
      { 'a-images': idx([6, 9, 8], bytes(400)), 'a-labels': idx([6], bytes(6)) },
      /400 bytes follow; is the file truncated/,
    ],
    [
      'examples that are too long',
      { 'a-images': idx([6, 9, 8], bytes(500)), 'a-labels': idx([6], bytes(6)) },
      /more bytes follow/,
    ],
    [
      'broken gzip',
      { 'a-images.gz': files['train-images-idx3-ubyte.gz'].subarray(0, 200), 'a-labels': idx([6], bytes(6)) },
      /not a whole gzip file/,
    ],
    ['no labels', { 'a-images': idx([6, 9, 8], bytes(432)) }, /needs two files beside each other/],
  ])('with %s is refused and leaves nothing', async (_, broken, message) => {
    const workspace = temporaryFolder();
    await expect(stageImport(folderOf(broken), { workspace }, {})).rejects.toThrow(message);
    expect(existsSync(join(workspace, 'datasets'))).toBe(false);
  });
});

describe('NPY and NPZ', () => {
  const array = (dtype: 'uint8' | 'float32' | 'int32', shape: number[], from: (at: number) => number): Uint8Array => {
    const count = shape.reduce((product, size) => product * size, 1);
    const data = allocate(dtype, count);
    for (let at = 0; at < count; at++) data[at] = from(at);
    return encodeNpy({ dtype, shape, data });
  };

  it('an archive with arrays for training and test: labels by name, images channels first', async () => {
    const path = fileOf(
      'faces.npz',
      zipSync({
        'x_train.npy': array('uint8', [4, 8, 9, 3], (at) => at % 256),
        'y_train.npy': array('int32', [4], (at) => at % 2),
        'x_test.npy': array('uint8', [2, 8, 9, 3], (at) => at % 256),
        'y_test.npy': array('int32', [2], (at) => at % 2),
      }),
    );
    expect(await look(path)).toMatchObject({
      format: 'npz',
      kind: 'image',
      count: 6,
      parts: { train: 4, val: 0, test: 2 },
    });
    const { dataSet } = await bring(path);
    const image = findColumn(dataSet, 'x') as ArrayColumn;
    expect(image.shape).toEqual([3, 8, 9]);
    expect([...image.data.subarray(0, 3)]).toEqual([0, 3, 6]);
    expect(dataSet).toMatchObject({ target: 'y', task: 'classification' });
  });

  it('files beside each other with numbers to estimate', async () => {
    const folder = folderOf({
      'X.npy': array('float32', [5, 3], (at) => at),
      'y.npy': array('float32', [5, 1], (at) => at / 2),
    });
    const { dataSet } = await bring(folder);
    expect(dataSet).toMatchObject({ kind: 'tabular', task: 'regression', target: 'y', inputs: ['X'] });
  });

  it('labels of another number, and Python objects, are told as such', async () => {
    const path = fileOf(
      'faces.npz',
      zipSync({ 'x.npy': array('float32', [5, 3], (at) => at), 'y.npy': array('int32', [4], (at) => at % 2) }),
    );
    await expect(look(path)).rejects.toThrow(/as many as the labels 'y' \(4\); there are 'x' with 5/);
    const pickled = array('float32', [2], () => 0);
    const header = Buffer.from(pickled).toString('latin1').replace("'<f4'", "'|O' ");
    await expect(look(fileOf('objects.npy', Buffer.from(header, 'latin1')))).rejects.toThrow(/holds Python objects/);
  });

  it('without labels is refused with what is missing', async () => {
    await expect(
      look(
        fileOf(
          'X.npy',
          array('float32', [5, 3], (at) => at),
        ),
      ),
    ).rejects.toThrow(/needs labels beside the examples/);
  });
});

describe('Importing', () => {
  it('what is cancelled leaves nothing behind', async () => {
    const workspace = temporaryFolder();
    const cancel = new AbortController();
    const path = folderOf(await pictures());
    const staging = stageImport(
      path,
      { workspace, signal: cancel.signal, progress: (stage) => stage === 'reading images' && cancel.abort() },
      {},
    );
    await expect(staging).rejects.toThrow();
    expect(existsSync(join(workspace, 'datasets')) ? readdirSync(join(workspace, 'datasets')) : []).toEqual([]);
  });

  it('what a killed process left is removed by the next import', async () => {
    const workspace = temporaryFolder();
    const abandoned = join(workspace, 'datasets', '.import-4194301-1');
    mkdirSync(abandoned, { recursive: true });
    writeFileSync(join(abandoned, '0-image.npy'), 'half');
    const { folder } = await stageImport(fileOf('t.csv', 'a,b\n1,x\n2,y\n3,x\n'), { workspace }, {});
    expect(readdirSync(join(workspace, 'datasets'))).toEqual([folder.split('/').at(-1)]);
  });

  it.each<[string, Uint8Array | string, RegExp]>([
    ['nothing', '', /the file is empty/],
    ['a zero byte', 'a,b\n1,x\n2,\u0000\n', /line 3 has a zero byte/],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), /it is one PNG image/],
    ['half a Parquet file', 'PAR1 and no more', /no whole Parquet file.*it may be cut short/],
    ['half an archive', zipSync({ 'a/1.png': new Uint8Array(5000) }).subarray(0, 60), /no whole ZIP archive/],
    ['a quote that is not closed', 'a,b\n1,"x\n2,y\n3,x\n', /data|line|row|field/],
  ])('a file with %s is refused in words', async (_, content, message) => {
    await expect(bring(fileOf('t.csv', content))).rejects.toThrow(message);
  });

  it('text is seen through windows', async () => {
    const path = fileOf('novel.txt', 'to be or not to be, '.repeat(50));
    expect(await look(path, { windowLength: 20 })).toMatchObject({
      format: 'text',
      kind: 'text',
      windowLength: 20,
      count: 49,
    });
    const { dataSet } = await bring(path, { windowLength: 20 });
    expect(dataSet).toMatchObject({ count: 49, task: 'languageModel' });
  });
});
